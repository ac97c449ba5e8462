package chasqui.testkit.check;

import static chasqui.testkit.check.Script.entry;
import static chasqui.testkit.check.Script.send;
import static chasqui.testkit.check.Verdicts.assertBroke;
import static chasqui.testkit.check.Verdicts.assertHolds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.testkit.history.Entry;
import chasqui.testkit.history.Observation.SendInvoked;
import chasqui.testkit.history.PayloadHash;
import org.junit.jupiter.api.Test;

class NoDuplicateTest {
  private static final Entry HELLO = entry(2, "alice1", "hello");

  private static Script delivered() {
    return Script.aliceAndBob().sent("alice1", "hello", 2).gets("bob1", HELLO).gets("bob2", HELLO);
  }

  @Test
  void redeliveryOnTheWireAfterAReconnectIsLawfulAndCounted() {
    Verdict verdict = delivered().frame("bob1", "s2", 1, 2, HELLO).judge();
    assertHolds(verdict);
    assertEquals(1, verdict.redelivered());
    assertEquals(0, verdict.duplicated());
  }

  @Test
  void shownTwice() {
    Verdict verdict = delivered().shows("bob1", HELLO).judge();
    assertBroke(
        verdict,
        "broke NoDuplicate - talk seq 2 generation 1 was shown twice on device bob1",
        Promise.NO_DUPLICATE);
    assertEquals(1, verdict.duplicated());
  }

  @Test
  void aRetryGetsTheFirstAnswer() {
    Verdict verdict = delivered()
        .invoked("alice1", "hello")
        .unknown("alice1", "hello")
        .sent("alice1", "hello", 2)
        .judge();
    assertHolds(verdict);
    assertEquals(1, verdict.sent());
    assertEquals(1, verdict.acked());
    assertEquals(0, verdict.unknown());
  }

  @Test
  void aRetryGetsAnotherSeq() {
    Entry copy = entry(3, "alice1", "hello");
    Verdict verdict = delivered()
        .sent("alice1", "hello", 3)
        .gets("bob1", copy)
        .gets("bob2", copy)
        .judge();
    assertBroke(
        verdict,
        "broke NoDuplicate - message id-hello of alice/alice1 in talk stands at seq 2 and at seq 3, generation 1",
        Promise.NO_DUPLICATE);
    assertEquals(1, verdict.duplicated());
  }

  @Test
  void twoDevicesMayUseTheSameId() {
    Entry other = entry(3, "alice2", "hello");
    assertHolds(delivered()
        .device("alice2")
        .sent("alice2", "hello", 3)
        .gets("alice1", other)
        .gets("bob1", other)
        .gets("bob2", other)
        .judge());
  }

  @Test
  void theSameIdIsAckedForAnotherMessage() {
    assertBroke(
        delivered()
            .add(new SendInvoked(send("alice1", "hello"), PayloadHash.of("other"), 0))
            .ok("alice1", "hello", 2)
            .judge(),
        "broke NoDuplicate - message id-hello of alice/alice1 in talk was acked for another message under the same id",
        Promise.NO_DUPLICATE);
  }

  @Test
  void theSameIdIsRefusedForAnotherMessage() {
    assertHolds(delivered()
        .add(new SendInvoked(send("alice1", "hello"), PayloadHash.of("other"), 0))
        .failed("alice1", "hello")
        .judge());
  }
}
