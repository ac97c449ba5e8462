package chasqui.testkit.check;

import static chasqui.testkit.check.Script.entry;
import static chasqui.testkit.check.Verdicts.assertBroke;
import static chasqui.testkit.check.Verdicts.assertHolds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.testkit.history.Entry;
import chasqui.testkit.history.Observation.GenerationRaised;
import chasqui.testkit.history.Observation.SendOk;
import org.junit.jupiter.api.Test;

class AckedIsDurableTest {
  private static final Entry HELLO = entry(2, "alice1", "hello");

  private static Script delivered() {
    return Script.aliceAndBob().sent("alice1", "hello", 2).gets("bob1", HELLO).gets("bob2", HELLO);
  }

  @Test
  void ackedAndReadBack() {
    Verdict verdict = delivered().reads("bob1", 1, 2, HELLO).judge();
    assertHolds(verdict);
    assertEquals(1, verdict.readBack());
  }

  @Test
  void ackedAndAbsentFromTheLog() {
    assertBroke(
        delivered().reads("bob1", 1, 2).judge(),
        "broke AckedIsDurable - message id-hello of alice/alice1 in talk was acked at seq 2 generation 1"
            + " and is absent from the log read by device bob1",
        Promise.ACKED_IS_DURABLE);
  }

  @Test
  void ackedWhereAnotherMessageStands() {
    Entry other = entry(2, "alice1", "other");
    Verdict verdict = Script.aliceAndBob()
        .sent("alice1", "hello", 2)
        .invoked("alice1", "other")
        .unknown("alice1", "other")
        .gets("bob1", other)
        .gets("bob2", other)
        .judge();
    assertBroke(
        verdict,
        "broke AckedIsDurable - message id-hello of alice/alice1 in talk was acked at seq 2 generation 1,"
            + " where message id-other of alice/alice1 in talk stands",
        Promise.ACKED_IS_DURABLE);
  }

  @Test
  void failedAndYetThere() {
    assertBroke(
        Script.aliceAndBob()
            .invoked("alice1", "hello")
            .failed("alice1", "hello")
            .gets("bob1", HELLO)
            .gets("bob2", HELLO)
            .judge(),
        "broke AckedIsDurable - message id-hello of alice/alice1 in talk had failed and yet stands at seq 2",
        Promise.ACKED_IS_DURABLE);
  }

  @Test
  void failedAndThenSentAgainIsLawful() {
    Verdict verdict = Script.aliceAndBob()
        .invoked("alice1", "hello")
        .failed("alice1", "hello")
        .sent("alice1", "hello", 2)
        .gets("bob1", HELLO)
        .gets("bob2", HELLO)
        .judge();
    assertHolds(verdict);
    assertEquals(0, verdict.failed());
  }

  @Test
  void unknownAndNeverStoredIsLawful() {
    Verdict verdict = delivered()
        .invoked("alice1", "other")
        .unknown("alice1", "other")
        .invoked("alice1", "cut off by the end")
        .judge();
    assertHolds(verdict);
    assertEquals(2, verdict.unknown());
    assertEquals(0, verdict.unknownStored());
  }

  @Test
  void aGenerationRisesWithoutARestore() {
    Script script = delivered()
        .invoked("alice1", "later")
        .add(new SendOk(Script.send("alice1", "later"), "alice1/s2", 2, 3, 0));
    assertEquals(1, script.judge().violationsOf(Promise.ACKED_IS_DURABLE));
    script.add(new GenerationRaised(Script.TALK, 2, 2));
    assertEquals(0, script.judge().violationsOf(Promise.ACKED_IS_DURABLE));
  }
}
