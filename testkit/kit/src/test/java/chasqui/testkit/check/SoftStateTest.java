package chasqui.testkit.check;

import static chasqui.testkit.check.Script.entry;
import static chasqui.testkit.check.Verdicts.assertBroke;
import static chasqui.testkit.check.Verdicts.assertHolds;

import chasqui.testkit.history.Observation.FaultBegan;
import chasqui.testkit.history.Observation.FaultEnded;
import chasqui.testkit.history.Observation.FaultKind;
import org.junit.jupiter.api.Test;

class SoftStateTest {
  private static Script began(String name, FaultKind kind) {
    Script script = new Script().device("alice1").device("bob1").joined("alice", 1).joined("bob", 1);
    return script.add(new FaultBegan(name, kind, script.now()));
  }

  private static Script ended(Script script, String name) {
    return script.add(new FaultEnded(name, script.now()));
  }

  @Test
  void chattingGoesOn() {
    assertHolds(ended(began("etcd gone", FaultKind.SOFT_STATE_AWAY).sent("alice1", "during", 2), "etcd gone")
        .sent("alice1", "after", 3)
        .gets("bob1", entry(2, "alice1", "during"), entry(3, "alice1", "after"))
        .judge());
  }

  @Test
  void aSendIsNotAckedWhileOnlyEtcdIsAway() {
    assertBroke(
        ended(
                began("etcd gone", FaultKind.SOFT_STATE_AWAY)
                    .invoked("alice1", "during")
                    .unknown("alice1", "during"),
                "etcd gone")
            .judge(),
        "broke SoftState - message id-during of alice/alice1 in talk was not acked (UNKNOWN)"
            + " while only etcd gone was away",
        Promise.SOFT_STATE);
  }

  @Test
  void aKilledNodeExcusesAnUnknownSend() {
    Script script = began("etcd gone", FaultKind.SOFT_STATE_AWAY);
    script.add(new FaultBegan("kill edge", FaultKind.NODE_KILLED, script.now()))
        .invoked("alice1", "during")
        .unknown("alice1", "during");
    assertHolds(ended(ended(script, "kill edge"), "etcd gone").judge());
  }

  @Test
  void aKilledNodeLosesAMessage() {
    assertBroke(
        ended(began("kill edge", FaultKind.NODE_KILLED).sent("alice1", "during", 2), "kill edge")
            .judge(),
        "broke SoftState - 1 deliveries missing in a run that took away kill edge",
        Promise.NO_LOSS,
        Promise.SOFT_STATE);
  }

  @Test
  void nobodyGetsThroughAfterwards() {
    assertBroke(
        ended(began("kill edge", FaultKind.NODE_KILLED), "kill edge")
            .invoked("alice1", "after")
            .unknown("alice1", "after")
            .judge(),
        "broke SoftState - nothing sent after the last fault was acked",
        Promise.SOFT_STATE);
  }
}
