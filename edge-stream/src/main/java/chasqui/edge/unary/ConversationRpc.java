package chasqui.edge.unary;

import chasqui.conversation.v1.AddMembersRequest;
import chasqui.conversation.v1.AddMembersResponse;
import chasqui.conversation.v1.Conversation;
import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.CreateDirectRequest;
import chasqui.conversation.v1.CreateDirectResponse;
import chasqui.conversation.v1.CreateGroupRequest;
import chasqui.conversation.v1.CreateGroupResponse;
import chasqui.conversation.v1.GetConversationRequest;
import chasqui.conversation.v1.GetConversationResponse;
import chasqui.conversation.v1.LeaveGroupRequest;
import chasqui.conversation.v1.LeaveGroupResponse;
import chasqui.conversation.v1.ListConversationsRequest;
import chasqui.conversation.v1.ListConversationsResponse;
import chasqui.conversation.v1.ListReceiptsRequest;
import chasqui.conversation.v1.ListReceiptsResponse;
import chasqui.conversation.v1.MarkReadRequest;
import chasqui.conversation.v1.MarkReadResponse;
import chasqui.conversation.v1.MemberReceipt;
import chasqui.conversation.v1.RemoveMemberRequest;
import chasqui.conversation.v1.RemoveMemberResponse;
import chasqui.conversation.v1.RenameGroupRequest;
import chasqui.conversation.v1.RenameGroupResponse;
import chasqui.conversation.v1.SetRoleRequest;
import chasqui.conversation.v1.SetRoleResponse;
import chasqui.log.v1.ConversationKind;
import chasqui.mailbox.v1.AddMembers;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.ConversationDescription;
import chasqui.mailbox.v1.CreateConversation;
import chasqui.mailbox.v1.DeriveConversationId;
import chasqui.mailbox.v1.DescribeConversation;
import chasqui.mailbox.v1.ListReceipts;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.ReadState;
import chasqui.mailbox.v1.RemoveMember;
import chasqui.mailbox.v1.Rename;
import chasqui.mailbox.v1.SaveReadMark;
import chasqui.mailbox.v1.SetRole;
import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.function.Consumer;

/// Conversations and their members.
final class ConversationRpc extends ConversationServiceGrpc.ConversationServiceImplBase {

  private static final int MEMBERS_ALL = 10_000;
  /// Members shown in lists, and with a conversation just created.
  static final int MEMBERS_SHOWN = 100;
  /// A pair creates its conversation under one id, whoever asks and however often.
  private static final ByteString CREATE_ID = ByteString.copyFromUtf8("create-direct");

  private final Calls calls;
  private final InstantSource clock;

  ConversationRpc(Calls calls, InstantSource clock) {
    this.calls = calls;
    this.clock = clock;
  }

  @Override
  public void createDirect(CreateDirectRequest request, StreamObserver<CreateDirectResponse> observer) {
    calls.begin(observer, call -> {
      if (request.getPeerUserId().equals(call.user())) {
        call.fail(Validation.invalid("peer_user_id", "peer_user_id: must be another user than the caller"));
        return;
      }
      String peer = request.getPeerUserId();
      new Creation<>(call, peer, CREATE_ID, CreateConversation.newBuilder()
          .setKind(ConversationKind.CONVERSATION_KIND_DIRECT)
          .addMemberUserIds(peer))
          .start(DeriveConversationId.newBuilder().setPeerUserId(peer),
              made -> call.reply(CreateDirectResponse.newBuilder().setConversation(made).build()));
    });
  }

  @Override
  public void createGroup(CreateGroupRequest request, StreamObserver<CreateGroupResponse> observer) {
    calls.begin(observer, call -> new Creation<>(call, null, request.getRequestId(), CreateConversation.newBuilder()
        .setKind(ConversationKind.CONVERSATION_KIND_GROUP)
        .setTitle(request.getTitle())
        .addAllMemberUserIds(request.getMemberUserIdsList()))
        .start(DeriveConversationId.newBuilder().setGroupRequestId(request.getRequestId()),
            made -> call.reply(CreateGroupResponse.newBuilder().setConversation(made).build())));
  }

  @Override
  public void getConversation(GetConversationRequest request, StreamObserver<GetConversationResponse> observer) {
    calls.beginAbout(observer, call -> describe(call, request.getConversationId(), MEMBERS_ALL,
        found -> call.reply(GetConversationResponse.newBuilder().setConversation(found).build())));
  }

  @Override
  public void listConversations(ListConversationsRequest request, StreamObserver<ListConversationsResponse> observer) {
    calls.begin(observer, call -> ConversationList.answer(call, request, clock.instant()));
  }

  @Override
  public void markRead(MarkReadRequest request, StreamObserver<MarkReadResponse> observer) {
    MailboxRequest.Builder mark = MailboxRequest.newBuilder().setSaveReadMark(
        SaveReadMark.newBuilder().setConversationId(request.getConversationId()).setRead(request.getSeq()));
    calls.beginAbout(observer, call -> call.ask(mark, response -> {
      ReadState stored = response.getReadMarkSaved().getReadState();
      call.reply(MarkReadResponse.newBuilder()
          .setReadSeq(stored.getRead())
          .setUnreadMessages(stored.getUnreadMessages())
          .setUnreadMentions(stored.getUnreadMentions())
          .setGeneration(response.getReadMarkSaved().getGeneration())
          .build());
    }));
  }

  @Override
  public void listReceipts(ListReceiptsRequest request, StreamObserver<ListReceiptsResponse> observer) {
    MailboxRequest.Builder list = MailboxRequest.newBuilder().setListReceipts(ListReceipts.newBuilder()
        .setConversationId(request.getConversationId())
        .setAfterUser(request.getPageToken())
        .setPageSize(request.getPageSize()));
    calls.beginAbout(observer, call -> call.ask(list, response -> {
      ListReceiptsResponse.Builder page = ListReceiptsResponse.newBuilder()
          .setNextPageToken(response.getReceipts().getNextAfterUser())
          .setGeneration(response.getReceipts().getGeneration());
      response.getReceipts().getReceiptsList().forEach(receipt -> page.addReceipts(MemberReceipt.newBuilder()
          .setUserId(receipt.getUserId()).setDeliveredSeq(receipt.getDelivered()).setReadSeq(receipt.getRead())));
      call.reply(page.build());
    }));
  }

  @Override
  public void addMembers(AddMembersRequest request, StreamObserver<AddMembersResponse> observer) {
    Append.Builder change = Append.newBuilder().setAddMembers(AddMembers.newBuilder().addAllUserIds(request.getUserIdsList()));
    calls.beginAbout(observer, call -> call.append(request.getConversationId(), request.getClientMessageId(), change, response ->
        call.reply(AddMembersResponse.newBuilder().setSeq(response.getAppended().getSeq()).build())));
  }

  @Override
  public void removeMember(RemoveMemberRequest request, StreamObserver<RemoveMemberResponse> observer) {
    Append.Builder change = Append.newBuilder().setRemoveMember(RemoveMember.newBuilder().setUserId(request.getUserId()));
    calls.beginAbout(observer, call -> call.append(request.getConversationId(), request.getClientMessageId(), change, response ->
        call.reply(RemoveMemberResponse.newBuilder().setSeq(response.getAppended().getSeq()).build())));
  }

  @Override
  public void leaveGroup(LeaveGroupRequest request, StreamObserver<LeaveGroupResponse> observer) {
    calls.beginAbout(observer, call -> call.append(
        request.getConversationId(), request.getClientMessageId(),
        Append.newBuilder().setRemoveMember(RemoveMember.newBuilder().setUserId(call.user())),
        response -> call.reply(LeaveGroupResponse.newBuilder().setSeq(response.getAppended().getSeq()).build())));
  }

  @Override
  public void renameGroup(RenameGroupRequest request, StreamObserver<RenameGroupResponse> observer) {
    Append.Builder change = Append.newBuilder().setRename(Rename.newBuilder().setTitle(request.getTitle()));
    calls.beginAbout(observer, call -> call.append(request.getConversationId(), request.getClientMessageId(), change, response ->
        call.reply(RenameGroupResponse.newBuilder().setSeq(response.getAppended().getSeq()).build())));
  }

  @Override
  public void setRole(SetRoleRequest request, StreamObserver<SetRoleResponse> observer) {
    Append.Builder change =
        Append.newBuilder().setSetRole(SetRole.newBuilder().setUserId(request.getUserId()).setRole(request.getRole()));
    calls.beginAbout(observer, call -> call.append(request.getConversationId(), request.getClientMessageId(), change, response ->
        call.reply(SetRoleResponse.newBuilder().setSeq(response.getAppended().getSeq()).build())));
  }

  static void describe(Calls.Call<?> call, String id, int membersMax, Consumer<Conversation> then) {
    call.ask(describe(id, membersMax, false), response -> then.accept(conversation(response.getConversation())));
  }

  static MailboxRequest.Builder describe(String id, int membersMax, boolean withLastEntry) {
    return MailboxRequest.newBuilder().setDescribeConversation(DescribeConversation.newBuilder()
        .setConversationId(id).setMembersMax(membersMax).setWithLastEntry(withLastEntry));
  }

  static Conversation conversation(ConversationDescription description) {
    Conversation.Builder conversation = Conversation.newBuilder()
        .setConversationId(description.getConversationId())
        .setKind(description.getKind())
        .setTitle(description.getTitle())
        .addAllMembers(description.getMembersList())
        .setHead(description.getHead())
        .setGeneration(description.getGeneration())
        .setMemberCount(description.getMemberCount())
        .setReadSeq(description.getReadState().getRead())
        .setUnreadMessages(description.getReadState().getUnreadMessages())
        .setUnreadMentions(description.getReadState().getUnreadMentions())
        .setLeft(description.getLeft())
        .addAllPinnedSeqs(description.getPinnedSeqsList());
    if (description.hasLastEntry()) {
      conversation.setLastEntry(description.getLastEntry());
    }
    return conversation.build();
  }
}
