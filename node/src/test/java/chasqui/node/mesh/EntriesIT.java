package chasqui.node.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.conversation.v1.AddMembersRequest;
import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Send;
import chasqui.edge.v1.SendRejected;
import chasqui.edge.v1.ServerFrame;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.error.v1.Reason;
import chasqui.history.v1.FetchHistoryRequest;
import chasqui.history.v1.FetchHistoryResponse;
import chasqui.history.v1.HistoryServiceGrpc;
import chasqui.history.v1.HistoryView;
import chasqui.log.fold.Folding;
import chasqui.log.v1.Deletion;
import chasqui.log.v1.Edit;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Message;
import chasqui.log.v1.Pin;
import chasqui.log.v1.Reaction;
import chasqui.log.v1.TextContent;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Messages are changed through the stream of a whole mesh, and history shows what came of it.
class EntriesIT {

  @TempDir
  private Path data;

  private long counter = System.nanoTime() >>> 10;

  @Test
  void changes_reach_the_others_and_history_folds_them() {
    try (MeshFixture mesh = MeshFixture.start(data)) {
      String conversation = mesh.direct("alice", "bob");
      RawDevice alice = mesh.connect("alice", "phone", 1);
      RawDevice bob = mesh.connect("bob", "laptop", 1);
      assertEquals(2, alice.say(conversation, "helo").getSeq());
      assertEquals(3, alice.say(conversation, "a secret").getSeq());
      assertEquals(Reason.REASON_PERMISSION_DENIED, refused(bob, edit(conversation, 2, "mine")));
      assertEquals(4, accepted(alice, edit(conversation, 2, "hello")));
      assertEquals(5, accepted(bob, react(conversation, 2, "+")));
      assertEquals(Reason.REASON_NO_CHANGE, refused(bob, react(conversation, 2, "+")));
      assertEquals(6, accepted(bob, Send.newBuilder().setConversationId(conversation).setPin(Pin.newBuilder().setTargetSeq(2))));
      assertEquals(7, accepted(alice, delete(conversation, 3)));
      alice.say(conversation, "done");
      bob.hear("done");

      FetchHistoryResponse page = history(mesh, "bob", conversation, HistoryView.HISTORY_VIEW_UNSPECIFIED);
      assertEquals(List.of(1L, 2L, 3L, 8L), page.getFoldedList().stream().map(one -> one.getEntry().getSeq()).toList());
      assertEquals("hello", page.getFolded(1).getEntry().getMessage().getText().getText());
      assertEquals(4, page.getFolded(1).getEdited().getSeq());
      assertEquals("+", page.getFolded(1).getReactions(0).getEmoji());
      assertEquals(List.of("bob"), page.getFolded(1).getReactions(0).getUserIdsList());
      assertTrue(page.getFolded(1).getPinned());
      assertEquals("alice", page.getFolded(2).getDeleted().getUserId());
      assertFalse(page.getFolded(2).getEntry().hasMessage());

      List<Entry> raw = history(mesh, "bob", conversation, HistoryView.HISTORY_VIEW_RAW).getEntriesList();
      assertEquals(8, raw.size(), "the changes can be shown");
      assertTrue(raw.get(2).getMessage().hasRemoved(), "what was deleted is nowhere any more");
      assertEquals(page.getFoldedList(), Folding.fold(raw, raw, 0, 8), "who folds the entries sees the same");
    }
  }

  @Test
  void nobody_changes_or_sees_changes_of_what_lies_before_the_membership() {
    try (MeshFixture mesh = MeshFixture.start(data)) {
      String group = mesh.group("alice", "team", "bob");
      RawDevice alice = mesh.connect("alice", "phone", 1);
      alice.say(group, "before carol");
      ConversationServiceGrpc.newBlockingStub(mesh.channel(0)).withCallCredentials(MeshFixture.bearer(mesh.token("alice")))
          .addMembers(AddMembersRequest.newBuilder().setConversationId(group).addUserIds("carol")
              .setClientMessageId(ByteString.copyFromUtf8("add-carol-now")).build());
      RawDevice carol = mesh.connect("carol", "phone", 1);
      RawDevice mallory = mesh.connect("mallory", "phone", 1);
      assertEquals(answer(carol, react(group, 99, "+")).getMessage(), answer(carol, react(group, 2, "+")).getMessage());
      assertEquals(Reason.REASON_NOT_FOUND, refused(carol, react(group, 2, "+")));
      assertEquals(Reason.REASON_NOT_FOUND, refused(mallory, react(group, 2, "+")));
      assertEquals(4, accepted(alice, react(group, 2, "+")));
      FetchHistoryResponse page = history(mesh, "carol", group, HistoryView.HISTORY_VIEW_FOLDED);
      assertEquals(List.of(3L), page.getFoldedList().stream().map(one -> one.getEntry().getSeq()).toList());
    }
  }

  private static FetchHistoryResponse history(MeshFixture mesh, String user, String conversation, HistoryView view) {
    return HistoryServiceGrpc.newBlockingStub(mesh.channel(0)).withCallCredentials(MeshFixture.bearer(mesh.token(user)))
        .fetchHistory(FetchHistoryRequest.newBuilder().setConversationId(conversation).setView(view).build());
  }

  private static Send.Builder edit(String conversation, long seq, String text) {
    return Send.newBuilder().setConversationId(conversation).setEdit(Edit.newBuilder().setTargetSeq(seq)
        .setMessage(Message.newBuilder().setText(TextContent.newBuilder().setText(text))));
  }

  private static Send.Builder delete(String conversation, long seq) {
    return Send.newBuilder().setConversationId(conversation).setDeletion(Deletion.newBuilder().setTargetSeq(seq));
  }

  private static Send.Builder react(String conversation, long seq, String emoji) {
    return Send.newBuilder().setConversationId(conversation)
        .setReaction(Reaction.newBuilder().setTargetSeq(seq).setEmoji(emoji));
  }

  private long accepted(RawDevice device, Send.Builder send) {
    device.send(frame(send));
    return device.await(FrameCase.SEND_ACCEPTED).getSendAccepted().getSeq();
  }

  private Reason refused(RawDevice device, Send.Builder send) {
    return answer(device, send).getReason();
  }

  private SendRejected answer(RawDevice device, Send.Builder send) {
    device.send(frame(send));
    ServerFrame answer = device.await(FrameCase.SEND_REJECTED);
    return answer.getSendRejected();
  }

  private ClientFrame frame(Send.Builder send) {
    ByteString id = ByteString.copyFrom(ByteBuffer.allocate(20).putLong(++counter).flip().limit(20));
    return ClientFrame.newBuilder().setSend(send.setClientMessageId(id)).build();
  }
}
