package chasqui.edge.unary;

import static chasqui.edge.unary.UnaryRig.ID;
import static chasqui.edge.unary.UnaryRig.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.conversation.v1.AddMembersRequest;
import chasqui.conversation.v1.CreateDirectRequest;
import chasqui.conversation.v1.CreateGroupRequest;
import chasqui.conversation.v1.LeaveGroupRequest;
import chasqui.conversation.v1.ListReceiptsRequest;
import chasqui.conversation.v1.MarkReadRequest;
import chasqui.conversation.v1.RemoveMemberRequest;
import chasqui.conversation.v1.RenameGroupRequest;
import chasqui.conversation.v1.SetRoleRequest;
import chasqui.device.v1.DeviceServiceGrpc;
import chasqui.device.v1.ListDevicesRequest;
import chasqui.device.v1.SignOutAllRequest;
import chasqui.device.v1.SignOutDeviceRequest;
import chasqui.error.v1.Reason;
import chasqui.history.v1.Direction;
import chasqui.history.v1.FetchHistoryRequest;
import chasqui.history.v1.FetchHistoryResponse;
import chasqui.history.v1.HistoryServiceGrpc;
import chasqui.history.v1.HistoryView;
import chasqui.log.v1.ConversationKind;
import chasqui.log.v1.Deletion;
import chasqui.log.v1.Edit;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Message;
import chasqui.log.v1.Pin;
import chasqui.log.v1.Reaction;
import chasqui.log.v1.Role;
import chasqui.log.v1.TextContent;
import chasqui.mailbox.v1.ChangesRead;
import chasqui.mailbox.v1.Devices;
import chasqui.mailbox.v1.IdKind;
import chasqui.mailbox.v1.KnownDevice;
import chasqui.mailbox.v1.MailboxRequest.OperationCase;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.MemberReceipt;
import chasqui.mailbox.v1.RangeRead;
import chasqui.mailbox.v1.ReadChanges;
import chasqui.mailbox.v1.ReadMarkSaved;
import chasqui.mailbox.v1.ReadRange;
import chasqui.mailbox.v1.ReadState;
import chasqui.mailbox.v1.Receipts;
import chasqui.mailbox.v1.Revoked;
import chasqui.message.v1.MessageServiceGrpc;
import chasqui.message.v1.SendMessageRequest;
import chasqui.message.v1.SendMessageResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What each call asks of owners, and what the caller is answered.
class UnaryServicesTest {

  private final UnaryRig rig = new UnaryRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void a_direct_conversation_is_derived_created_and_described() {
    var made = rig.conversations().createDirect(CreateDirectRequest.newBuilder().setPeerUserId("bob").build()).getConversation();
    assertEquals("derived", made.getConversationId());
    assertEquals(3, made.getHead());
    MailboxRequest create = rig.asked(OperationCase.APPEND).getFirst();
    assertEquals(ConversationKind.CONVERSATION_KIND_DIRECT, create.getAppend().getCreate().getKind());
    assertEquals(List.of("bob"), create.getAppend().getCreate().getMemberUserIdsList());
    assertEquals(IdKind.ID_KIND_ANY, create.getAppend().getIdKind());
    assertEquals("derived", create.getAppend().getConversationId());
    rig.conversations().createDirect(CreateDirectRequest.newBuilder().setPeerUserId("bob").build());
    assertEquals(create.getAppend(), rig.asked(OperationCase.APPEND).getLast().getAppend(), "a repeat is the same request");
    assertEquals(Reason.REASON_INVALID_FIELD, refused(
        () -> rig.conversations().createDirect(CreateDirectRequest.newBuilder().setPeerUserId("alice").build())));
  }

  @Test
  void a_group_is_repeatable_by_its_request_id() {
    rig.conversations().createGroup(CreateGroupRequest.newBuilder()
        .setRequestId(ID).setTitle("Team").addMemberUserIds("bob").build());
    assertEquals(ID, rig.asked(OperationCase.DERIVE_CONVERSATION_ID).getFirst().getDeriveConversationId().getGroupRequestId());
    assertEquals(ID, rig.asked(OperationCase.APPEND).getFirst().getAppend().getClientMessageId());
    assertEquals("Team", rig.asked(OperationCase.APPEND).getFirst().getAppend().getCreate().getTitle());
  }

  @Test
  void changes_of_a_group_are_appended_under_the_callers_id() {
    assertEquals(7, rig.conversations().addMembers(AddMembersRequest.newBuilder()
        .setConversationId("c").setClientMessageId(ID).addUserIds("bob").build()).getSeq());
    rig.conversations().removeMember(RemoveMemberRequest.newBuilder()
        .setConversationId("c").setClientMessageId(ID).setUserId("bob").build());
    rig.conversations().leaveGroup(LeaveGroupRequest.newBuilder().setConversationId("c").setClientMessageId(ID).build());
    rig.conversations().renameGroup(RenameGroupRequest.newBuilder()
        .setConversationId("c").setClientMessageId(ID).setTitle("New").build());
    rig.conversations().setRole(SetRoleRequest.newBuilder()
        .setConversationId("c").setClientMessageId(ID).setUserId("bob").setRole(Role.ROLE_ADMIN).build());
    List<MailboxRequest> appends = rig.asked(OperationCase.APPEND);
    assertEquals(List.of("bob"), appends.get(0).getAppend().getAddMembers().getUserIdsList());
    assertEquals("bob", appends.get(1).getAppend().getRemoveMember().getUserId());
    assertEquals("alice", appends.get(2).getAppend().getRemoveMember().getUserId(), "leaving is removing oneself");
    assertEquals("New", appends.get(3).getAppend().getRename().getTitle());
    assertEquals(Role.ROLE_ADMIN, appends.get(4).getAppend().getSetRole().getRole());
    assertTrue(appends.stream().allMatch(request -> request.getAppend().getClientMessageId().equals(ID)));
  }

  @Test
  void a_read_mark_is_stored_in_the_generation_of_today_and_receipts_come_in_pages() {
    rig.on(OperationCase.SAVE_READ_MARK, r -> MailboxResponse.newBuilder().setReadMarkSaved(ReadMarkSaved.newBuilder()
        .setGeneration(2)
        .setReadState(ReadState.newBuilder().setRead(5).setUnreadMessages(2).setUnreadMentions(1))).build());
    rig.on(OperationCase.LIST_RECEIPTS, r -> MailboxResponse.newBuilder().setReceipts(Receipts.newBuilder()
        .setGeneration(2).setNextAfterUser("bob")
        .addReceipts(MemberReceipt.newBuilder().setUserId("bob").setDelivered(7).setRead(6))).build());
    var marked = rig.conversations().markRead(MarkReadRequest.newBuilder().setConversationId("c").setSeq(5).build());
    assertEquals(List.of(5L, 2L, 1L, 2L),
        List.of(marked.getReadSeq(), marked.getUnreadMessages(), marked.getUnreadMentions(), marked.getGeneration()));
    assertEquals(0, rig.asked(OperationCase.SAVE_READ_MARK).getFirst().getSaveReadMark().getGeneration());
    var page = rig.conversations().listReceipts(
        ListReceiptsRequest.newBuilder().setConversationId("c").setPageSize(1).setPageToken("alice").build());
    assertEquals("bob", page.getNextPageToken());
    assertEquals(7, page.getReceipts(0).getDeliveredSeq());
    assertEquals(6, page.getReceipts(0).getReadSeq());
    assertEquals("alice", rig.asked(OperationCase.LIST_RECEIPTS).getFirst().getListReceipts().getAfterUser());
    assertEquals(Reason.REASON_INVALID_FIELD, refused(
        () -> rig.conversations().markRead(MarkReadRequest.newBuilder().setConversationId("c").build())));
  }

  @Test
  void history_pages_in_both_directions_until_its_end() {
    rig.on(OperationCase.READ_RANGE, UnaryServicesTest::read);
    assertEquals(List.of(8L, 9L, 10L), history(0, Direction.DIRECTION_BACKWARD, 8));
    assertEquals(List.of(5L, 6L, 7L), history(8, Direction.DIRECTION_UNSPECIFIED, 5));
    assertEquals(List.of(2L, 3L, 4L), history(5, Direction.DIRECTION_BACKWARD, 2));
    assertEquals(List.of(1L), history(2, Direction.DIRECTION_BACKWARD, 0));
    assertEquals(List.of(1L, 2L, 3L), history(0, Direction.DIRECTION_FORWARD, 3));
    assertEquals(List.of(9L, 10L), history(8, Direction.DIRECTION_FORWARD, 0));
    assertEquals(List.of(), history(10, Direction.DIRECTION_FORWARD, 0));
    assertEquals(1 << 20, rig.asked(OperationCase.READ_RANGE).getFirst().getReadRange().getBytesMax());
  }

  private List<Long> history(long from, Direction direction, long next) {
    FetchHistoryResponse page = HistoryServiceGrpc.newBlockingStub(rig.as("Bearer alice@100")).fetchHistory(
        FetchHistoryRequest.newBuilder().setConversationId("c").setFromSeq(from).setDirection(direction).setPageSize(3)
            .setView(HistoryView.HISTORY_VIEW_RAW).build());
    assertEquals(next, page.getNextFromSeq());
    assertEquals(10, page.getHead());
    return page.getEntriesList().stream().map(Entry::getSeq).toList();
  }

  @Test
  void folded_history_shows_messages_as_later_entries_made_them() {
    rig.on(OperationCase.READ_RANGE, r -> MailboxResponse.newBuilder().setRangeRead(RangeRead.newBuilder()
        .setConversationId("c").setAfter(2).setUpto(6).setHead(9).setGeneration(1)
        .addEntries(said(3, "three")).addEntries(said(4, "four"))
        .addEntries(Entry.newBuilder().setSeq(5).setReaction(Reaction.newBuilder().setTargetSeq(3).setEmoji("+")))
        .addEntries(said(6, "six"))).build());
    rig.on(OperationCase.READ_CHANGES, r -> MailboxResponse.newBuilder().setChangesRead(ChangesRead.newBuilder()
        .setAfter(3).setUpto(6)
        .addChanges(Entry.newBuilder().setSeq(8).setStampMicros(80).setSenderUser("bob")
            .setEdit(Edit.newBuilder().setTargetSeq(4).setMessage(said(0, "better").getMessage())))
        .addChanges(Entry.newBuilder().setSeq(9).setSenderUser("bob")
            .setDeletion(Deletion.newBuilder().setTargetSeq(6)))).build());
    FetchHistoryResponse page = HistoryServiceGrpc.newBlockingStub(rig.as("Bearer alice@100"))
        .fetchHistory(FetchHistoryRequest.newBuilder().setConversationId("c").build());
    ReadChanges asked = rig.asked(OperationCase.READ_CHANGES).getFirst().getReadChanges();
    assertEquals(List.of(2L, 6L, 9L), List.of(asked.getAfter(), asked.getUpto(), asked.getChangesUpto()));
    assertEquals(0, page.getEntriesCount());
    assertEquals(List.of(4L, 6L), page.getFoldedList().stream().map(one -> one.getEntry().getSeq()).toList());
    assertEquals("better", page.getFolded(0).getEntry().getMessage().getText().getText());
    assertEquals(8, page.getFolded(0).getEdited().getSeq());
    assertEquals(9, page.getFolded(1).getDeleted().getSeq());
    assertFalse(page.getFolded(1).getEntry().hasMessage());
    assertEquals(4, page.getNextFromSeq(), "the changes of what is before were too many for this page");
    assertEquals(9, page.getFoldedUpto());
  }

  private static Entry said(long seq, String text) {
    return Entry.newBuilder().setSeq(seq).setSenderUser("bob")
        .setMessage(Message.newBuilder().setText(TextContent.newBuilder().setText(text))).build();
  }

  @Test
  void changes_are_sent_without_a_stream_and_held_to_the_schema() {
    MessageServiceGrpc.MessageServiceBlockingStub messages = MessageServiceGrpc.newBlockingStub(rig.as("Bearer alice@100"));
    SendMessageRequest.Builder request = SendMessageRequest.newBuilder().setConversationId("c").setClientMessageId(UnaryRig.ID);
    messages.sendMessage(request.clone().setDeletion(Deletion.newBuilder().setTargetSeq(3)).build());
    assertEquals(3, rig.asked.getLast().getAppend().getDeletion().getTargetSeq());
    for (SendMessageRequest bad : List.of(
        request.build(),
        request.clone().setDeletion(Deletion.newBuilder()).build(),
        request.clone().setPin(Pin.newBuilder()).build(),
        request.clone().setReaction(Reaction.newBuilder().setTargetSeq(1)).build(),
        request.clone().setReaction(Reaction.newBuilder().setTargetSeq(1).setEmoji("x".repeat(65))).build(),
        request.clone().setEdit(Edit.newBuilder().setTargetSeq(1)).build(),
        request.clone().setEdit(Edit.newBuilder().setTargetSeq(1).setMessage(Message.newBuilder())).build())) {
      assertEquals(Reason.REASON_INVALID_FIELD, refused(() -> messages.sendMessage(bad)), bad.toString());
    }
    assertEquals(1, rig.asked(OperationCase.APPEND).size());
  }

  /// A log of ten entries.
  private static MailboxResponse read(MailboxRequest request) {
    ReadRange range = request.getReadRange();
    long upto = Math.min(range.getUpto(), 10);
    long after = range.getAfter();
    if (range.getNewestFirst()) {
      after = Math.max(after, upto - range.getEntriesMax());
    } else {
      upto = Math.max(after, Math.min(upto, after + range.getEntriesMax()));
    }
    RangeRead.Builder read = RangeRead.newBuilder().setAfter(after).setUpto(upto).setHead(10).setGeneration(1);
    for (long seq = after + 1; seq <= upto; seq++) {
      read.addEntries(Entry.newBuilder().setSeq(seq));
    }
    return MailboxResponse.newBuilder().setRangeRead(read).build();
  }

  @Test
  void a_message_is_sent_without_a_stream() {
    SendMessageResponse sent = rig.send("hello");
    assertEquals(7, sent.getSeq());
    assertEquals(42, sent.getStampMicros());
    assertEquals(1, sent.getGeneration());
    assertEquals(IdKind.ID_KIND_ANY, rig.asked.getLast().getAppend().getIdKind());
  }

  @Test
  void a_message_without_content_is_refused() {
    assertEquals(Reason.REASON_INVALID_FIELD, refused(() ->
        MessageServiceGrpc.newBlockingStub(rig.as("Bearer alice@100")).sendMessage(SendMessageRequest.newBuilder()
            .setConversationId("c").setClientMessageId(ID).setMessage(Message.newBuilder().setReplyToSeq(3)).build())));
  }

  @Test
  void devices_are_listed_and_signed_out() {
    rig.on(OperationCase.LIST_DEVICES, r -> MailboxResponse.newBuilder().setDevices(Devices.newBuilder().addDevices(
        KnownDevice.newBuilder().setDeviceId("phone").setRegisteredMicros(1_500_001))).build());
    rig.on(OperationCase.REVOKE, r -> MailboxResponse.newBuilder().setRevoked(Revoked.newBuilder().setRevokedMicros(5)).build());
    DeviceServiceGrpc.DeviceServiceBlockingStub devices = DeviceServiceGrpc.newBlockingStub(rig.as("Bearer alice@100"));
    var device = devices.listDevices(ListDevicesRequest.getDefaultInstance()).getDevices(0);
    assertEquals("phone", device.getDeviceId());
    assertEquals(1, device.getRegisteredTime().getSeconds());
    assertEquals(500_001_000, device.getRegisteredTime().getNanos());
    devices.signOutDevice(SignOutDeviceRequest.newBuilder().setDeviceId("phone").build());
    devices.signOutAll(SignOutAllRequest.getDefaultInstance());
    assertEquals(List.of("phone", ""), rig.asked(OperationCase.REVOKE).stream().map(r -> r.getRevoke().getDeviceId()).toList());
  }
}
