package chasqui.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.error.v1.Reason;
import chasqui.log.v1.Role;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.ChangesRead;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.ReadChanges;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// How much of changes one message takes, from one and from all.
class ChangeBoundsTest {

  // At most 8 emojis, 2 of one user; 6 reactions and pins, 3 changes of one user; 1 pin.
  private final Harness mailbox = new Harness(MailboxConfig.DEFAULT.withChanges(
      new MailboxConfig.Changes(Duration.ofHours(1), 8, 6, 3, 1, 8, 16)));

  private Reason reason(MailboxRequest.Builder request) {
    return mailbox.port.reason(mailbox.run(request));
  }

  private void accepted(MailboxRequest.Builder request) {
    mailbox.port.appended(mailbox.run(request));
  }

  private MailboxRequest.Builder unreact(String user, String chat, long target, String emoji) {
    MailboxRequest.Builder request = mailbox.react(user, chat, target, emoji);
    request.getAppendBuilder().getReactionBuilder().setRemoved(true);
    return request;
  }

  @Test
  void one_member_uses_up_nobody_elses_changes() {
    String group = mailbox.group("bob", "carol");
    accepted(mailbox.send("alice", group, 1, "x"));
    for (int i = 0; i < 3; i++) {
      accepted(mailbox.react("carol", group, 2, "+"));
      accepted(unreact("carol", group, 2, "+"));
    }
    assertEquals(Reason.REASON_TOO_MANY, reason(mailbox.react("carol", group, 2, "+")));
    accepted(mailbox.react("bob", group, 2, "+"));
    accepted(mailbox.edit("alice", group, 2, "better"));
    accepted(mailbox.pin("alice", group, 2, false));
    accepted(mailbox.pin("alice", group, 2, true));
  }

  @Test
  void when_all_are_used_up_authors_edit_and_what_was_set_is_taken_back() {
    String group = mailbox.group("bob", "carol");
    accepted(mailbox.setRole("alice", group, "bob", Role.ROLE_ADMIN));
    accepted(mailbox.send("alice", group, 1, "x"));
    for (String user : List.of("carol", "bob")) {
      accepted(mailbox.react(user, group, 3, "a"));
      accepted(mailbox.react(user, group, 3, "b"));
    }
    accepted(mailbox.react("alice", group, 3, "a"));
    accepted(mailbox.pin("bob", group, 3, false));
    assertEquals(Reason.REASON_TOO_MANY, reason(mailbox.react("alice", group, 3, "b")));
    accepted(mailbox.edit("alice", group, 3, "better"));
    accepted(unreact("carol", group, 3, "a"));
    assertEquals(Reason.REASON_TOO_MANY, reason(mailbox.react("carol", group, 3, "a")), "what was taken back counts");
    accepted(mailbox.pin("alice", group, 3, true));
    accepted(mailbox.edit("alice", group, 3, "best"));
    assertEquals(Reason.REASON_TOO_MANY, reason(mailbox.edit("alice", group, 3, "once more")), "three by one user");
    accepted(mailbox.delete("alice", group, 3));
  }

  @Test
  void emojis_are_bounded_for_one_user_and_pins_for_a_conversation() {
    String chat = mailbox.direct();
    accepted(mailbox.send("alice", chat, 1, "x"));
    accepted(mailbox.send("alice", chat, 2, "y"));
    accepted(mailbox.react("bob", chat, 2, "a"));
    accepted(mailbox.react("bob", chat, 2, "b"));
    assertEquals(Reason.REASON_TOO_MANY, reason(mailbox.react("bob", chat, 2, "c")));
    accepted(mailbox.react("alice", chat, 2, "c"));
    accepted(mailbox.pin("alice", chat, 2, false));
    assertEquals(Reason.REASON_TOO_MANY, reason(mailbox.pin("alice", chat, 3, false)));
    accepted(mailbox.delete("alice", chat, 2));
    accepted(mailbox.pin("alice", chat, 3, false));
  }

  @Test
  void different_emojis_of_all_are_bounded() {
    Harness few = new Harness(MailboxConfig.DEFAULT.withChanges(
        new MailboxConfig.Changes(Duration.ofHours(1), 2, 6, 3, 1, 8, 16)));
    String group = few.group("bob", "carol");
    few.run(few.send("alice", group, 1, "x"));
    few.port.appended(few.run(few.react("bob", group, 2, "a")));
    few.port.appended(few.run(few.react("carol", group, 2, "b")));
    assertEquals(Reason.REASON_TOO_MANY, few.port.reason(few.run(few.react("alice", group, 2, "c"))));
    few.port.appended(few.run(few.react("alice", group, 2, "b")));
  }

  @Test
  void what_nobody_knows_is_not_stored_beside_a_change() {
    String chat = mailbox.direct();
    accepted(mailbox.send("alice", chat, 1, "x"));
    UnknownFieldSet padding = UnknownFieldSet.newBuilder()
        .addField(999, UnknownFieldSet.Field.newBuilder().addLengthDelimited(ByteString.copyFrom(new byte[200])).build())
        .build();
    List<Consumer<Append.Builder>> padded = List.of(
        append -> append.getReactionBuilder().setUnknownFields(padding),
        append -> append.getPinBuilder().setUnknownFields(padding),
        append -> append.getDeletionBuilder().setUnknownFields(padding),
        append -> append.getEditBuilder().setUnknownFields(padding));
    List<MailboxRequest.Builder> changes = List.of(
        mailbox.react("alice", chat, 2, "+"), mailbox.pin("alice", chat, 2, false), mailbox.delete("alice", chat, 2),
        mailbox.edit("alice", chat, 2, "y"));
    for (int i = 0; i < padded.size(); i++) {
      padded.get(i).accept(changes.get(i).getAppendBuilder());
      assertEquals(Reason.REASON_INVALID_FIELD, reason(changes.get(i)));
    }
    ChangesRead nothing = mailbox.changes("bob", chat, 0, 99);
    assertTrue(nothing.getChangesList().isEmpty());
  }

  @Test
  void thousands_that_wait_for_a_router_that_takes_no_more_are_refused_one_after_the_other() {
    String chat = mailbox.direct();
    mailbox.held.hold("readChanges");
    for (int i = 0; i < 20_000; i++) {
      mailbox.submit(Harness.by("bob").setReadChanges(
          ReadChanges.newBuilder().setConversationId(chat).setUpto(1).setChangesUpto(1)));
    }
    mailbox.settle();
    mailbox.port.congested = true;
    mailbox.held.release("readChanges");
    mailbox.settle();
    long refused = mailbox.port.events.stream()
        .filter(event -> event.getResponse().getRefusal().getReason() == Reason.REASON_OVERLOADED).count();
    assertEquals(20_000 - ChangeReads.OPEN_MAX, refused);
  }
}
