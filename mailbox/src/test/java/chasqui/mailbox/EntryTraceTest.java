package chasqui.mailbox;

import static chasqui.mailbox.Harness.by;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.CursorUpdate;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.RegisterDevice;
import chasqui.mailbox.v1.SaveCursors;
import chasqui.trace.v1.EntryTraced;
import chasqui.trace.v1.TraceEntry;
import chasqui.trace.v1.TracedUser;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the owner tells of an entry that is traced.
class EntryTraceTest {

  private final Harness mailbox = new Harness();

  private MailboxRequest.Builder ask(String conversation, long seq, String... users) {
    return by("operator", "").setTraceEntry(
        TraceEntry.newBuilder().setConversationId(conversation).setSeq(seq).addAllUserIds(List.of(users)));
  }

  private EntryTraced trace(String conversation, long seq, String... users) {
    return mailbox.port.answer(mailbox.run(ask(conversation, seq, users))).getEntryTraced();
  }

  private void register(String user, String device) {
    mailbox.run(by(user, device).setRegisterDevice(
        RegisterDevice.newBuilder().setTokenIssuedSeconds(mailbox.nowMicros / 1_000_000)));
  }

  private void acked(String user, String device, String conversation, long acked) {
    mailbox.run(by(user, device).setSaveCursors(SaveCursors.newBuilder().addCursors(
        CursorUpdate.newBuilder().setConversationId(conversation).setGeneration(1).setAcked(acked))));
  }

  private static String told(TracedUser user) {
    return user.getUserId() + (user.getReader() ? " reads " : " does not ") + user.getDevicesList().stream()
        .map(device -> device.getDeviceId() + "@" + device.getAcked()).toList();
  }

  @Test
  void stamp_sender_readers_devices_and_cursors_are_told_and_nothing_of_the_content() {
    String group = mailbox.group("bob", "carol");
    register("bob", "phone");
    register("bob", "tablet");
    mailbox.run(mailbox.remove("alice", group, "carol"));
    mailbox.run(mailbox.send("alice", group, 1, "secret words"));
    mailbox.run(mailbox.add("alice", group, "dave"));
    acked("bob", "phone", group, 3);
    EntryTraced traced = trace(group, 3);
    assertEquals(4, traced.getHead());
    assertEquals(1, traced.getGeneration());
    assertEquals("alice", traced.getSenderUserId());
    assertEquals("alice-phone", traced.getSenderDeviceId());
    assertEquals(mailbox.read("alice", group, 2, 3).getEntries(0).getStampMicros(), traced.getStampMicros());
    assertEquals(
        List.of("alice reads []", "bob reads [phone@3, tablet@0]", "carol does not []", "dave does not []"),
        traced.getUsersList().stream().map(EntryTraceTest::told).toList());
    assertFalse(traced.toString().contains("secret"));
  }

  @Test
  void only_who_is_asked_for_is_told_of_member_or_not() {
    String group = mailbox.group("bob");
    assertEquals(List.of("bob reads []", "eve does not []"),
        trace(group, 1, "bob", "eve").getUsersList().stream().map(EntryTraceTest::told).toList());
  }

  @Test
  void more_members_than_are_looked_at_are_counted() {
    String group = mailbox.group("bob");
    for (int i = 0; i < 60; i++) {
      mailbox.run(mailbox.add("alice", group, "user-" + i));
    }
    EntryTraced traced = trace(group, 1);
    assertEquals(EntryTraces.USERS_MAX, traced.getUsersCount());
    assertEquals(12, traced.getLeftOut());
  }

  @Test
  void what_is_not_there_is_not_found() {
    String group = mailbox.group("bob");
    assertEquals(Reason.REASON_NOT_FOUND, mailbox.port.reason(mailbox.run(ask(group, 2))));
    assertEquals(Reason.REASON_NOT_FOUND, mailbox.port.reason(mailbox.run(ask(group, 0))));
    assertEquals(Reason.REASON_NOT_FOUND, mailbox.port.reason(mailbox.run(ask("none", 1))));
  }
}
