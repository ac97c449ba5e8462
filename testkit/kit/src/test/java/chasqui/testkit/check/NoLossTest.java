package chasqui.testkit.check;

import static chasqui.testkit.check.Script.TALK;
import static chasqui.testkit.check.Script.entry;
import static chasqui.testkit.check.Verdicts.assertBroke;
import static chasqui.testkit.check.Verdicts.assertHolds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.testkit.history.Entry;
import chasqui.testkit.history.Observation.DeviceRemoved;
import chasqui.testkit.history.Observation.EntryHidden;
import chasqui.testkit.history.Observation.EntryShown;
import chasqui.testkit.history.Observation.FrameDelivered;
import chasqui.testkit.history.Observation.GenerationRaised;
import chasqui.testkit.history.Observation.Watching;
import chasqui.testkit.history.View;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoLossTest {
  private static final Entry HELLO = entry(2, "alice1", "hello");

  @Test
  void everyDeviceGotIt() {
    Verdict verdict = Script.aliceAndBob()
        .sent("alice1", "hello", 2)
        .gets("bob1", HELLO)
        .gets("bob2", HELLO)
        .judge();
    assertHolds(verdict);
    assertEquals(1, verdict.acked());
    assertEquals(1, verdict.delivered().get("bob2"));
  }

  @Test
  void oneDeviceMissesIt() {
    Verdict verdict = Script.aliceAndBob()
        .sent("alice1", "hello", 2)
        .gets("bob1", HELLO)
        .judge();
    assertBroke(
        verdict,
        "broke NoLoss - talk seq 2 generation 1 (acked message id-hello of alice/alice1 in talk)"
            + " was never delivered to device bob2 of bob",
        Promise.NO_LOSS);
    assertEquals(1, verdict.lost());
    assertEquals(1, verdict.missingDeliveries());
  }

  @Test
  void aMessageMissedByTwoDevicesIsLostOnce() {
    Verdict verdict = Script.aliceAndBob().sent("alice1", "hello", 2).judge();
    assertEquals(1, verdict.lost());
    assertEquals(2, verdict.missingDeliveries());
  }

  @Test
  void theSdkSwallowsIt() {
    Verdict verdict = Script.aliceAndBob()
        .sent("alice1", "hello", 2)
        .gets("bob1", HELLO)
        .frame("bob2", "s1", 1, 2, HELLO)
        .judge();
    assertBroke(
        verdict,
        "broke NoLoss - talk seq 2 generation 1 (acked message id-hello of alice/alice1 in talk)"
            + " was never shown on device bob2 of bob",
        Promise.NO_LOSS);
  }

  @Test
  void devicesThatWatchOneSideOweOnlyThat() {
    assertHolds(new Script()
        .device("alice1", Watching.LISTENER)
        .device("bob1", Watching.RAW)
        .device("bob2", Watching.LISTENER)
        .joined("alice", 1)
        .joined("bob", 1)
        .sent("alice1", "hello", 2)
        .frame("bob1", "s1", 1, 2, HELLO)
        .shows("bob2", HELLO)
        .judge());
  }

  @Test
  void aPageOfHistoryIsNoDelivery() {
    Verdict verdict = Script.aliceAndBob()
        .sent("alice1", "hello", 2)
        .gets("bob1", HELLO)
        .reads("bob2", 1, 2, HELLO)
        .judge();
    assertEquals(1, verdict.lost());
    assertEquals(1, verdict.readBack());
  }

  @Test
  void theSendersOtherDeviceIsOwedToo() {
    Verdict verdict = Script.aliceAndBob()
        .device("alice2")
        .sent("alice1", "hello", 2)
        .gets("bob1", HELLO)
        .gets("bob2", HELLO)
        .judge();
    assertEquals(1, verdict.lost());
  }

  @Test
  void nothingIsOwedFromBeforeTheRegistration() {
    assertHolds(Script.aliceAndBob()
        .sent("alice1", "hello", 2)
        .gets("bob1", HELLO)
        .gets("bob2", HELLO)
        .device("bob3")
        .head("bob3", 2)
        .acks("bob3", 2)
        .judge());
  }

  @Test
  void nothingIsOwedToARemovedDevice() {
    assertHolds(Script.aliceAndBob()
        .sent("alice1", "hello", 2)
        .gets("bob1", HELLO)
        .add(new DeviceRemoved("bob", "bob2", 9_999))
        .judge());
  }

  @Test
  void anEntryHiddenInsideACoveredRangeIsLawful() {
    assertHolds(Script.aliceAndBob()
        .sent("alice1", "hello", 2)
        .sent("alice1", "again", 3)
        .add(new EntryHidden("bob", TALK, 2))
        .frame("bob1", "s1", 1, 3, entry(3, "alice1", "again"))
        .shows("bob1", entry(3, "alice1", "again"))
        .frame("bob2", "s1", 1, 3, entry(3, "alice1", "again"))
        .shows("bob2", entry(3, "alice1", "again"))
        .judge());
  }

  @Test
  void nothingIsOwedBetweenLeavingAndJoiningAgain() {
    assertHolds(Script.aliceAndBob()
        .add(new DeviceRemoved("bob", "bob2", 0))
        .sent("alice1", "before", 2)
        .left("bob", 3)
        .sent("alice1", "between", 4)
        .joined("bob", 5)
        .sent("alice1", "after", 6)
        .gets("bob1", entry(2, "alice1", "before"), Entry.system(3, Entry.Kind.MEMBERSHIP))
        .frame("bob1", "s1", 3, 4)
        .gets("bob1", Entry.system(5, Entry.Kind.MEMBERSHIP), entry(6, "alice1", "after"))
        .judge());
  }

  @Test
  void theRemovalEntryItselfIsOwed() {
    Verdict verdict = Script.aliceAndBob()
        .add(new DeviceRemoved("bob", "bob2", 0))
        .sent("alice1", "bye", 3)
        .left("bob", 3)
        .judge();
    assertEquals(1, verdict.lost());
  }

  @Test
  void anUnknownSendThatIsStoredReachesEverybodyWhoseRangeCoversIt() {
    Script script = Script.aliceAndBob().invoked("alice1", "hello").unknown("alice1", "hello");
    assertHolds(script.gets("bob1", HELLO).judge());
    assertEquals(1, script.judge().unknownStored());
    assertBroke(
        script.frame("bob2", "s1", 1, 2).judge(),
        "broke NoLoss - talk seq 2 generation 1 (message id-hello of alice/alice1 in talk)"
            + " is missing from a covered range of device bob2 of bob",
        Promise.NO_LOSS);
  }

  @Test
  void anUnknownSendThatComesBackToItsDeviceNeedNotBeShownThere() {
    assertHolds(Script.aliceAndBob()
        .invoked("alice1", "hello")
        .unknown("alice1", "hello")
        .frame("alice1", "s2", 1, 2, HELLO)
        .gets("bob1", HELLO)
        .gets("bob2", HELLO)
        .judge());
  }

  @Test
  void whatARestoreGaveUpIsNotOwed() {
    Script script = Script.aliceAndBob()
        .add(new DeviceRemoved("bob", "bob2", 0))
        .sent("alice1", "kept", 2)
        .sent("alice1", "gone", 3)
        .add(new GenerationRaised(TALK, 2, 2));
    Entry kept = entry(2, "alice1", "kept");
    View second = new View("bob1", TALK, 2);
    assertEquals(1, script.judge().lost());
    assertHolds(script.add(new FrameDelivered(second, "bob1/s2", 1, 2, List.of(kept), 0))
        .add(new EntryShown(second, kept, 0))
        .judge());
  }
}
