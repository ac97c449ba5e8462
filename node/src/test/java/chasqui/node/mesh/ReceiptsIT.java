package chasqui.node.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.conversation.v1.Conversation;
import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.ConversationServiceGrpc.ConversationServiceBlockingStub;
import chasqui.conversation.v1.GetConversationRequest;
import chasqui.conversation.v1.ListConversationsRequest;
import chasqui.conversation.v1.ListReceiptsRequest;
import chasqui.conversation.v1.MarkReadRequest;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.ReadMark;
import chasqui.edge.v1.Receipt;
import chasqui.edge.v1.ReceiptKind;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.error.v1.Reason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is received and read, through a whole mesh over real loopback gRPC and a real store.
class ReceiptsIT {

  @TempDir
  private Path data;

  private static ConversationServiceBlockingStub conversations(MeshFixture mesh, String user) {
    return ConversationServiceGrpc.newBlockingStub(mesh.channel(0))
        .withCallCredentials(MeshFixture.bearer(mesh.token(user)));
  }

  private static void read(RawDevice device, String conversation, long seq) {
    device.send(ClientFrame.newBuilder().setReadMark(ReadMark.newBuilder().setPosition(
        Position.newBuilder().setConversationId(conversation).setGeneration(1).setSeq(seq))).build());
  }

  /// Waits until the device is told that somebody got as far.
  private static Receipt told(RawDevice device, String user, ReceiptKind kind, long seq) {
    return device.await(frame -> frame.getReceipt().getUserId().equals(user) && frame.getReceipt().getKind() == kind
        && frame.getReceipt().getPosition().getSeq() == seq).getReceipt();
  }

  /// `read 3, left 2/1`
  private static String state(Conversation conversation) {
    return "read " + conversation.getReadSeq() + ", left " + conversation.getUnreadMessages() + "/"
        + conversation.getUnreadMentions();
  }

  private static String state(MeshFixture mesh, String user, String conversation) {
    return state(conversations(mesh, user)
        .getConversation(GetConversationRequest.newBuilder().setConversationId(conversation).build()).getConversation());
  }

  private static List<String> receipts(MeshFixture mesh, String user, String conversation) {
    return conversations(mesh, user)
        .listReceipts(ListReceiptsRequest.newBuilder().setConversationId(conversation).build()).getReceiptsList().stream()
        .map(one -> one.getUserId() + " " + one.getDeliveredSeq() + "/" + one.getReadSeq()).toList();
  }

  @Test
  void the_sender_sees_what_is_received_and_read_and_the_readers_other_device_what_is_left() {
    try (MeshFixture mesh = MeshFixture.start(data, 2, Map.of("edge.session.timing.cursor-flush", "50ms"))) {
      String conversation = mesh.direct("alice", "bob");
      RawDevice alice = mesh.connect("alice", "phone", 1);
      RawDevice phone = mesh.connect("bob", "phone", 1);
      RawDevice laptop = RawDevice.connect(mesh.channel(1), mesh.token("bob"), "laptop", 1);
      assertEquals(2, alice.say(conversation, "one").getSeq());
      assertEquals(3, alice.say(conversation, "two").getSeq());
      phone.hear("two");
      told(alice, "bob", ReceiptKind.RECEIPT_KIND_DELIVERED, 3);
      read(phone, conversation, 2);
      Receipt own = told(phone, "bob", ReceiptKind.RECEIPT_KIND_READ, 2);
      assertEquals(1, own.getUnreadMessages());
      assertEquals(1, told(laptop, "bob", ReceiptKind.RECEIPT_KIND_READ, 2).getUnreadMessages());
      Receipt seen = told(alice, "bob", ReceiptKind.RECEIPT_KIND_READ, 2);
      assertEquals(0, seen.getUnreadMessages(), "what is left to read is nobody else's business");
      assertTrue(receipts(mesh, "alice", conversation).contains("bob 3/2"));
    }
  }

  @Test
  void who_was_away_is_told_when_they_come_back_and_counts_outlive_the_node() {
    String conversation;
    String group;
    try (MeshFixture mesh = MeshFixture.start(data)) {
      conversation = mesh.direct("alice", "bob");
      group = mesh.group("alice", "team", "bob");
      RawDevice alice = mesh.connect("alice", "phone", 1);
      for (String text : List.of("one", "two", "three")) {
        alice.say(conversation, text);
        alice.say(group, text);
      }
      alice.close();
      assertEquals("read 0, left 3/0", state(mesh, "bob", conversation));
      assertEquals(1, conversations(mesh, "bob").markRead(
          MarkReadRequest.newBuilder().setConversationId(conversation).setSeq(3).build()).getUnreadMessages());
      conversations(mesh, "bob").markRead(MarkReadRequest.newBuilder().setConversationId(group).setSeq(1L << 60).build());
    }
    try (MeshFixture mesh = MeshFixture.start(data)) {
      assertEquals("read 3, left 1/0", state(mesh, "bob", conversation));
      assertEquals("read 4, left 0/0", state(mesh, "bob", group));
      assertEquals("read 0, left 0/0", state(mesh, "alice", group));
      List<String> listed = conversations(mesh, "bob").listConversations(ListConversationsRequest.getDefaultInstance())
          .getConversationsList().stream().map(ReceiptsIT::state).sorted().toList();
      assertEquals(List.of("read 3, left 1/0", "read 4, left 0/0"), listed);
      RawDevice alice = RawDevice.hello(mesh.channel(0), mesh.token("alice"), "phone", 2);
      told(alice, "bob", ReceiptKind.RECEIPT_KIND_READ, 3);
      RawDevice bob = RawDevice.hello(mesh.channel(0), mesh.token("bob"), "new-phone", 1);
      Receipt own = bob.await(frame -> frame.getReceipt().getUserId().equals("bob")
          && frame.getReceipt().getPosition().getConversationId().equals(conversation)).getReceipt();
      assertEquals(3, own.getPosition().getSeq());
      assertEquals(1, own.getUnreadMessages());
    }
  }

  @Test
  void a_stranger_learns_nothing_by_marks_or_receipts() {
    try (MeshFixture mesh = MeshFixture.start(data)) {
      String conversation = mesh.direct("alice", "bob");
      RawDevice mallory = mesh.connect("mallory", "phone", 1);
      for (String id : List.of(conversation, "d-no-such-conversation")) {
        read(mallory, id, 1);
        var error = mallory.await(FrameCase.ERROR).getError();
        assertEquals(Reason.REASON_NOT_FOUND, error.getReason());
        assertEquals(id, error.getConversationId());
        assertEquals(Status.Code.NOT_FOUND, assertThrows(
            StatusRuntimeException.class, () -> receipts(mesh, "mallory", id)).getStatus().getCode());
      }
      assertEquals(List.of("alice 0/0", "bob 0/0"), receipts(mesh, "bob", conversation));
    }
  }
}
