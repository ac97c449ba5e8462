package chasqui.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.error.v1.Reason;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Message;
import chasqui.log.v1.RemovedContent;
import chasqui.log.v1.TextContent;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.IdKind;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What was deleted for everyone is in the log no more, whoever reads it afterwards.
class DeletionTest {

  private final Harness mailbox = new Harness();

  private long accepted(chasqui.mailbox.v1.MailboxRequest.Builder request) {
    return mailbox.port.appended(mailbox.run(request)).getSeq();
  }

  private List<Entry> log(String user, String chat) {
    return mailbox.read(user, chat, 0, 99).getEntriesList();
  }

  private static boolean says(Entry entry, String text) {
    return entry.toString().contains(text);
  }

  @Test
  void the_message_and_its_edits_lose_their_content_and_nothing_else() {
    String chat = mailbox.group("bob", "carol");
    Message message = Message.newBuilder().setText(TextContent.newBuilder().setText("secret one"))
        .addMentionedUsers("bob").build();
    accepted(mailbox.change("alice", chat, append -> append.setMessage(message)));
    accepted(mailbox.edit("alice", chat, 2, "secret two"));
    accepted(mailbox.edit("alice", chat, 2, "secret three"));
    accepted(mailbox.send("alice", chat, 7, "something else"));
    List<Entry> before = log("bob", chat);
    accepted(mailbox.delete("alice", chat, 2));
    for (int life = 0; life < 2; life++) {
      List<Entry> after = log("bob", chat);
      assertTrue(after.stream().noneMatch(entry -> says(entry, "secret")));
      assertEquals(Message.newBuilder().setRemoved(RemovedContent.getDefaultInstance()).addMentionedUsers("bob").build(),
          after.get(1).getMessage());
      assertEquals(2, after.get(2).getEdit().getTargetSeq());
      assertTrue(after.get(3).getEdit().getMessage().hasRemoved());
      assertEquals(before.get(4), after.get(4), "what was not deleted stays");
      for (int i = 1; i <= 3; i++) {
        assertEquals(before.get(i).toBuilder().clearBody().build(), after.get(i).toBuilder().clearBody().build());
      }
      assertTrue(mailbox.changes("bob", chat, 0, 99).getChangesList().stream().noneMatch(entry -> says(entry, "secret")));
      mailbox.restart();
    }
  }

  @Test
  void what_is_queued_with_its_deletion_is_stored_without_content() {
    String chat = mailbox.direct();
    mailbox.held.hold("commit");
    long send = mailbox.submit(mailbox.send("alice", chat, 1, "secret"));
    mailbox.settle();
    long edit = mailbox.submit(mailbox.edit("alice", chat, 2, "secret too"));
    long deletion = mailbox.run(mailbox.delete("alice", chat, 2));
    mailbox.held.release("commit");
    mailbox.settle();
    assertEquals(2, mailbox.port.appended(send).getSeq());
    assertEquals(3, mailbox.port.appended(edit).getSeq());
    assertEquals(4, mailbox.port.appended(deletion).getSeq());
    assertTrue(log("bob", chat).stream().noneMatch(entry -> says(entry, "secret")));
  }

  @Test
  void a_repeat_of_what_was_deleted_gets_its_first_answer() {
    String chat = mailbox.direct();
    accepted(mailbox.send("alice", chat, 1, "gone"));
    Append.Builder edit = Append.newBuilder()
        .setConversationId(chat).setIdKind(IdKind.ID_KIND_COUNTED).setClientMessageId(Harness.countedId(2));
    edit.getEditBuilder().setTargetSeq(2).setMessage(Harness.text("gone too"));
    accepted(Harness.by("alice").setAppend(edit));
    accepted(mailbox.delete("alice", chat, 2));
    assertEquals(2, accepted(mailbox.send("alice", chat, 1, "gone")));
    assertEquals(3, accepted(Harness.by("alice").setAppend(edit)));
    edit.getEditBuilder().setTargetSeq(1);
    assertEquals(Reason.REASON_ID_REUSED, mailbox.port.reason(mailbox.run(Harness.by("alice").setAppend(edit))));
    assertEquals(4, mailbox.read("bob", chat, 0, 99).getHead());
  }

  @Test
  void nobody_sends_what_only_a_deletion_leaves() {
    String chat = mailbox.direct();
    Message removed = Message.newBuilder().setRemoved(RemovedContent.getDefaultInstance()).build();
    assertEquals(Reason.REASON_INVALID_FIELD,
        mailbox.port.reason(mailbox.run(mailbox.change("alice", chat, append -> append.setMessage(removed)))));
    assertFalse(log("bob", chat).stream().anyMatch(Entry::hasMessage));
  }
}
