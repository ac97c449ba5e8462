package chasqui.testkit.check;

import static chasqui.testkit.check.Script.entry;
import static chasqui.testkit.check.Verdicts.assertBroke;
import static chasqui.testkit.check.Verdicts.assertHolds;

import chasqui.testkit.history.Entry;
import org.junit.jupiter.api.Test;

class NoLeakTest {
  private static final Entry SECRET = entry(4, "alice1", "secret");

  /// Bob leaves by the entry 3; Alice goes on.
  private static Script bobLeft() {
    return new Script()
        .device("alice1")
        .device("bob1")
        .joined("alice", 1)
        .joined("bob", 1)
        .left("bob", 3)
        .sent("alice1", "secret", 4);
  }

  @Test
  void theRemovalEntryMayBeSeen() {
    assertHolds(bobLeft().gets("bob1", Entry.system(3, Entry.Kind.MEMBERSHIP)).head("bob1", 3).judge());
  }

  @Test
  void deliveredAfterLeaving() {
    assertBroke(
        bobLeft().gets("bob1", SECRET).judge(),
        "broke NoLeak - talk seq 4 to 4, outside the membership, was delivered to bob1 of bob",
        Promise.NO_LEAK);
  }

  @Test
  void readAfterLeaving() {
    assertBroke(
        bobLeft().reads("bob1", 3, 4, SECRET).judge(),
        "broke NoLeak - talk seq 4 to 4, outside the membership, was read by bob1 of bob",
        Promise.NO_LEAK);
  }

  @Test
  void theHeadAfterLeavingIsTold() {
    assertBroke(
        bobLeft().head("bob1", 4).judge(),
        "broke NoLeak - talk: bob1 of bob was told of seq 4, its membership ends at 3",
        Promise.NO_LEAK);
  }

  @Test
  void anEmptyRangeTellsThatItGoesOn() {
    assertBroke(
        bobLeft().frame("bob1", "s1", 3, 4).judge(),
        "broke NoLeak - talk: bob1 of bob was told of seq 4, its membership ends at 3",
        Promise.NO_LEAK);
  }

  @Test
  void whoeverJoinedAgainMayKnowOfTheGapButNotWhatStandsInIt() {
    Script back = bobLeft().joined("bob", 5);
    Entry join = Entry.system(5, Entry.Kind.MEMBERSHIP);
    assertHolds(back.frame("bob1", "s1", 3, 4).gets("bob1", join).judge());
    assertBroke(
        back.reads("bob1", 3, 4, SECRET).judge(),
        "broke NoLeak - talk seq 4 to 4, outside the membership, was read by bob1 of bob",
        Promise.NO_LEAK);
  }

  @Test
  void aStrangerLearnsThatItExists() {
    assertBroke(
        bobLeft().device("eve1").head("eve1", 1).judge(),
        "broke NoLeak - talk: eve1 of eve was told of seq 1, its membership never was",
        Promise.NO_LEAK);
  }

  @Test
  void aStrangerWrites() {
    assertBroke(
        bobLeft()
            .device("eve1")
            .sent("eve1", "spam", 5)
            .gets("alice1", entry(5, "eve1", "spam"))
            .judge(),
        "broke NoLeak - message id-spam of eve/eve1 in talk was accepted at seq 5, outside the membership",
        Promise.NO_LEAK);
  }

  @Test
  void aDeviceThatNobodyRegistered() {
    assertBroke(
        bobLeft().head("who1", 0).judge(),
        "broke NoLeak - device who1 sees talk but was never registered",
        Promise.NO_LEAK);
  }
}
