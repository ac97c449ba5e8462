package chasqui.mailbox;

import static chasqui.mailbox.Harness.DAY_MICROS;
import static chasqui.mailbox.Harness.by;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.CursorUpdate;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.OpenPosition;
import chasqui.mailbox.v1.OpenPositions;
import chasqui.mailbox.v1.RegisterDevice;
import chasqui.mailbox.v1.SaveCursors;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Where a device stands, and how far it may say that it stands.
class PositionTest {

  private final Harness mailbox = new Harness();

  private MailboxRequest.Builder open(String user, String device, String... conversations) {
    return by(user, device).setOpenPositions(OpenPositions.newBuilder().addAllConversationIds(List.of(conversations)));
  }

  private OpenPosition position(String user, String device, String conversation) {
    long id = mailbox.run(open(user, device, conversation));
    return mailbox.port.answer(id).getPositions().getPositions(0);
  }

  private MailboxRequest.Builder save(String user, String device, String conversation, long generation, long acked) {
    return by(user, device).setSaveCursors(SaveCursors.newBuilder().addCursors(
        CursorUpdate.newBuilder().setConversationId(conversation).setGeneration(generation).setAcked(acked)));
  }

  private void register(String user, String device) {
    long id = mailbox.run(by(user, device).setRegisterDevice(
        RegisterDevice.newBuilder().setTokenIssuedSeconds(mailbox.nowMicros / 1_000_000)));
    assertTrue(mailbox.port.answer(id).hasDeviceRegistered());
  }

  private void sends(String conversation, int first, int last) {
    for (int i = first; i <= last; i++) {
      mailbox.run(mailbox.send("alice", conversation, i, "message " + i));
    }
  }

  @Test
  void aStoredCursorIsWhereTheDeviceStands() {
    String conversation = mailbox.direct();
    sends(conversation, 1, 5);
    mailbox.run(save("bob", "phone", conversation, 1, 4));
    assertEquals(4, position("bob", "phone", conversation).getAcked());
    assertEquals(6, position("bob", "phone", conversation).getHead());
    assertEquals(1, position("bob", "phone", conversation).getGeneration());
    assertTrue(position("bob", "phone", conversation).getHasCursor());
    mailbox.restart();
    assertEquals(4, position("bob", "phone", conversation).getAcked());
  }

  @Test
  void withoutACursorTheDeviceIsSentWhatIsYoungerThanADayBeforeItsRegistration() {
    String conversation = mailbox.direct();
    sends(conversation, 1, 3);
    mailbox.nowMicros += 3 * DAY_MICROS;
    sends(conversation, 4, 5);
    mailbox.nowMicros += DAY_MICROS - 1_000_000;
    register("bob", "tablet");
    mailbox.nowMicros += 10 * DAY_MICROS;
    sends(conversation, 6, 7);
    OpenPosition position = position("bob", "tablet", conversation);
    assertFalse(position.getHasCursor());
    assertEquals(4, position.getAcked(), "seq 5 and 6 were sent less than a day before the registration");
    assertEquals(8, position.getHead());
  }

  @Test
  void withoutACursorAndWithNothingYoungTheDeviceStandsAtTheHead() {
    String conversation = mailbox.direct();
    sends(conversation, 1, 3);
    mailbox.nowMicros += 3 * DAY_MICROS;
    register("bob", "tablet");
    assertEquals(4, position("bob", "tablet", conversation).getAcked());
    sends(conversation, 4, 4);
    assertEquals(4, position("bob", "tablet", conversation).getAcked(), "what comes later is sent");
  }

  @Test
  void withoutACursorTheJoinEntryIsTheFirstIfItIsLater() {
    String group = mailbox.group("bob");
    sends(group, 1, 3);
    register("carol", "phone");
    mailbox.run(mailbox.add("alice", group, "carol"));
    sends(group, 4, 4);
    OpenPosition position = position("carol", "phone", group);
    assertEquals(4, position.getAcked(), "the join entry is seq 5");
    assertEquals(6, position.getHead());
  }

  @Test
  void aDeviceThatWasNeverRegisteredIsSentAll() {
    String conversation = mailbox.direct();
    mailbox.nowMicros += 30 * DAY_MICROS;
    sends(conversation, 1, 2);
    assertEquals(0, position("bob", "unknown", conversation).getAcked());
  }

  @Test
  void aCursorIsClampedToTheClippedHead() {
    String group = mailbox.group("bob");
    sends(group, 1, 2);
    long beyond = mailbox.run(save("bob", "phone", group, 1, 1_000));
    assertEquals(3, mailbox.port.answer(beyond).getCursorsSaved().getCursors(0).getAcked());
    mailbox.run(mailbox.remove("alice", group, "bob"));
    sends(group, 3, 6);
    long removed = mailbox.run(save("bob", "phone", group, 1, -1));
    assertEquals(4, mailbox.port.answer(removed).getCursorsSaved().getCursors(0).getAcked());
    assertEquals(4, position("bob", "phone", group).getHead());

    mailbox.run(mailbox.add("alice", group, "bob"));
    sends(group, 7, 7);
    assertEquals(4, position("bob", "phone", group).getAcked(), "what came since is still to be sent");
  }

  @Test
  void aCursorIsClampedToWhatIsCommitted() {
    String conversation = mailbox.direct();
    mailbox.held.hold("commit");
    mailbox.run(mailbox.send("alice", conversation, 1, "queued"));
    long saved = mailbox.run(save("bob", "phone", conversation, 1, 2));
    assertEquals(1, mailbox.port.answer(saved).getCursorsSaved().getCursors(0).getAcked());
    assertEquals(1, position("bob", "phone", conversation).getHead());
  }

  @Test
  void aCursorNeverMovesBackwards() {
    String conversation = mailbox.direct();
    sends(conversation, 1, 5);
    mailbox.run(save("bob", "phone", conversation, 1, 5));
    mailbox.run(save("bob", "phone", conversation, 1, 2));
    assertEquals(5, position("bob", "phone", conversation).getAcked());
  }

  @Test
  void aCursorOfAnotherGenerationIsNotUsed() {
    String conversation = mailbox.direct();
    register("bob", "phone");
    sends(conversation, 1, 5);
    mailbox.run(save("bob", "phone", conversation, 1, 6));
    mailbox.store.raiseGeneration(conversation);
    mailbox.restart();
    OpenPosition position = position("bob", "phone", conversation);
    assertEquals(2, position.getGeneration());
    assertEquals(0, position.getAcked(), "everything is sent again: what was acked may have been rewound");
    assertTrue(position.getRewound(), "the device does not know of it");
    long stale = mailbox.run(save("bob", "phone", conversation, 1, 6));
    assertEquals(0, mailbox.port.answer(stale).getCursorsSaved().getCursorsCount());
    mailbox.run(save("bob", "phone", conversation, 2, 3));
    assertEquals(3, position("bob", "phone", conversation).getAcked());
    assertFalse(position("bob", "phone", conversation).getRewound());
  }

  @Test
  void aConversationThatBeginsAfterARestoreIsOfALaterGenerationThanAnyBefore() {
    mailbox.store.dataSet = mailbox.store.dataSet.toBuilder().setFirstGeneration(7).build();
    String conversation = mailbox.direct();
    assertEquals(7, position("bob", "phone", conversation).getGeneration());
    mailbox.restart();
    assertEquals(7, position("bob", "phone", conversation).getGeneration());
  }

  @Test
  void aConversationWithoutACursorIsNotCalledRewound() {
    String conversation = mailbox.direct();
    register("bob", "phone");
    assertFalse(position("bob", "phone", conversation).getRewound());
  }

  @Test
  void conversationsThatTheCallerMayNotKnowAreLeftOut() {
    String group = mailbox.group("bob");
    String direct = mailbox.direct();
    sends(group, 1, 1);
    long mallory = mailbox.run(open("mallory", "phone", group, direct, "gabsent"));
    assertEquals(0, mailbox.port.answer(mallory).getPositions().getPositionsCount());
    long saved = mailbox.run(save("mallory", "phone", group, 1, 1));
    assertEquals(0, mailbox.port.answer(saved).getCursorsSaved().getCursorsCount());
    long bob = mailbox.run(open("bob", "phone", group, direct, "gabsent", group));
    assertEquals(2, mailbox.port.answer(bob).getPositions().getPositionsCount());
  }

  @Test
  void eachConversationIsOpenedOnItsOwnTerms() {
    String direct = mailbox.direct();
    String group = mailbox.group("bob");
    mailbox.nowMicros += 5 * DAY_MICROS;
    register("bob", "phone");
    mailbox.run(save("bob", "phone", direct, 1, 1));
    sends(direct, 1, 2);
    mailbox.restart();
    mailbox.held.hold("load");
    long both = mailbox.run(open("bob", "phone", direct, group));
    assertFalse(mailbox.port.isAnswered(both));
    mailbox.held.release("load");
    mailbox.settle();
    List<OpenPosition> positions = mailbox.port.answer(both).getPositions().getPositionsList();
    assertEquals(2, positions.size());
    for (OpenPosition position : positions) {
      assertEquals(1, position.getAcked());
      assertEquals(position.getConversationId().equals(direct) ? 3 : 1, position.getHead());
    }
  }

  @Test
  void tooManyConversationsAndNamelessDevicesAreRefused() {
    String[] many = IntStream.range(0, 101).mapToObj(i -> "c" + i).toArray(String[]::new);
    assertEquals(Reason.REASON_INVALID_FIELD, mailbox.port.reason(mailbox.run(open("bob", "phone", many))));
    assertEquals(Reason.REASON_INVALID_FIELD, mailbox.port.reason(mailbox.run(open("bob", "", "c"))));
    assertEquals(Reason.REASON_INVALID_FIELD, mailbox.port.reason(mailbox.run(save("bob", "", "c", 1, 1))));
    assertEquals(0, mailbox.port.answer(mailbox.run(open("bob", "phone"))).getPositions().getPositionsCount());
  }

  @Test
  void aStoreThatFailsIsNotAnEmptyOne() {
    String conversation = mailbox.direct();
    for (String operation : List.of("loadCursors", "loadDevice", "firstSeqSince", "load")) {
      mailbox.restart();
      mailbox.store.setFailing(operation, true);
      long refused = mailbox.run(open("bob", "phone", conversation));
      assertEquals(Reason.REASON_UNAVAILABLE, mailbox.port.reason(refused), operation);
      mailbox.store.setFailing(operation, false);
    }
    mailbox.store.setFailing("saveCursors", true);
    long unknown = mailbox.run(save("bob", "phone", conversation, 1, 1));
    assertEquals(Reason.REASON_OUTCOME_UNKNOWN, mailbox.port.reason(unknown));
    assertTrue(mailbox.stripe.isIdle());
  }
}
