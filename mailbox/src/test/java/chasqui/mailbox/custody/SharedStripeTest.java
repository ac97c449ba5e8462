package chasqui.mailbox.custody;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.error.v1.Reason;
import chasqui.mailbox.Harness;
import chasqui.mailbox.RecordingPort;
import chasqui.mailbox.memory.WriteFate;
import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MarksStored;
import chasqui.mailbox.v1.RegisterDevice;
import chasqui.mailbox.v1.SaveReadMark;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a stripe says and refuses over a shared store.
class SharedStripeTest {

  private final SharedCluster cluster = new SharedCluster();
  private final RecordingPort port = new RecordingPort();
  private SharedNode one;
  private String group;

  @BeforeEach
  void start() {
    one = cluster.start("one");
    cluster.until("all served", () -> cluster.isDividedAmong(one));
    group = cluster.group(one, "bob");
  }

  private List<MarksStored> marksStored() {
    return port.events.stream().filter(MailboxEvent::hasMarksStored).map(MailboxEvent::getMarksStored).toList();
  }

  private MailboxRequest.Builder device(String user) {
    return Harness.by(user).setRegisterDevice(RegisterDevice.newBuilder().setTokenIssuedSeconds(1_900_000_000));
  }

  @Test
  void marksAreToldOfOnceTheyAreStored() {
    // The first message after a takeover writes the day's marks again.
    cluster.kill(one);
    cluster.lapse(one);
    SharedNode two = cluster.start("two");
    cluster.until("taken over", () -> cluster.isDividedAmong(two));
    two.held.hold("apply");
    cluster.ask(two, cluster.requests.send("alice", group, 1, "first"), port);
    assertEquals(List.of(), port.pushes().getLast().getMarkedUsersList());
    assertEquals(List.of(), marksStored());
    two.held.release("apply");
    cluster.settle();
    assertEquals(List.of("alice", "bob"), marksStored().getFirst().getMarkedUsersList().stream().sorted().toList());
    assertEquals(2, marksStored().getFirst().getSeq());
    cluster.ask(two, cluster.requests.send("alice", group, 2, "second"), port);
    cluster.settle();
    assertEquals(1, marksStored().size(), "nobody is marked twice a day");
  }

  @Test
  void appendsAreRefusedWhileTheStoreTakesNoCommits() {
    one.fates = operation -> operation.equals("insert") ? WriteFate.LOST : WriteFate.DONE;
    long waits = cluster.submit(one, cluster.requests.send("alice", group, 1, "waits"), port);
    cluster.pass(Duration.ofSeconds(2));
    assertFalse(port.isAnswered(waits));
    long refused = cluster.ask(one, cluster.requests.send("bob", group, 1, "refused"), port);
    assertEquals(Reason.REASON_UNAVAILABLE, port.reason(refused));
    assertTrue(port.refusal(refused).getRetryAfterMs() > 0);
    one.fates = WriteFate.Decider.ALL_DONE;
    cluster.until("committed after all", () -> port.isAnswered(waits));
    assertEquals(2, port.appended(waits).getSeq());
    assertEquals(3, port.appended(
        cluster.ask(one, cluster.requests.send("bob", group, 1, "refused"), port)).getSeq());
  }

  @Test
  void aUsersRowIsAnsweredOnlyAfterAProofThatBeganOnceItWasStored() {
    one.held.hold("saveDevice");
    long id = cluster.submit(one, device("carol"), port);
    cluster.pass(Duration.ofMillis(100));
    assertEquals(1, one.held.waiting("saveDevice"));
    // Another node seals everything while the write is under way.
    cluster.cut.add("two one");
    SharedNode two = cluster.start("two");
    cluster.lapse(one);
    cluster.until("taken over", () -> cluster.isDividedAmong(two));
    one.held.release("saveDevice");
    cluster.until("answered", () -> port.isAnswered(id));
    assertEquals(Reason.REASON_OUTCOME_UNKNOWN, port.reason(id));
    assertEquals(1, one.fatal.size());
  }

  @Test
  void aReplacedOwnersLateWriteOfAUsersRowChangesNothing() {
    one.held.hold("saveDevice");
    cluster.submit(one, device("carol"), port);
    cluster.pass(Duration.ofMillis(100));
    cluster.cut.add("two one");
    SharedNode two = cluster.start("two");
    cluster.lapse(one);
    cluster.until("taken over", () -> cluster.isDividedAmong(two));
    long registered = port.answer(cluster.ask(two, device("carol"), port)).getDeviceRegistered().getRegisteredMicros();
    one.held.release("saveDevice");
    cluster.pass(Duration.ofSeconds(1));
    long again = cluster.ask(two, device("carol"), port);
    assertFalse(port.answer(again).getDeviceRegistered().getNewDevice());
    assertEquals(registered, port.answer(again).getDeviceRegistered().getRegisteredMicros());
  }

  @Test
  void aReadMarkIsAnsweredOnlyAfterAProofThatBeganOnceItWasStored() {
    cluster.ask(one, cluster.requests.send("alice", group, 1, "to be read"), port);
    one.held.hold("saveWatermarks");
    long id = cluster.submit(one, Harness.by("bob").setSaveReadMark(
        SaveReadMark.newBuilder().setConversationId(group).setRead(2)), port);
    cluster.pass(Duration.ofMillis(100));
    cluster.cut.add("two one");
    SharedNode two = cluster.start("two");
    cluster.lapse(one);
    cluster.until("taken over", () -> cluster.isDividedAmong(two));
    one.held.release("saveWatermarks");
    cluster.until("answered", () -> port.isAnswered(id));
    assertEquals(Reason.REASON_OUTCOME_UNKNOWN, port.reason(id));
  }
}
