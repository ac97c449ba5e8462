package chasqui.testkit.check;

import static chasqui.testkit.check.Script.entry;
import static chasqui.testkit.check.Script.view;
import static chasqui.testkit.check.Verdicts.assertBroke;
import static chasqui.testkit.check.Verdicts.assertHolds;

import chasqui.testkit.history.Entry;
import chasqui.testkit.history.Observation.CursorShown;
import chasqui.testkit.history.Observation.RangeAnswered;
import java.util.List;
import org.junit.jupiter.api.Test;

class CursorForwardTest {
  private static final Entry TWO = entry(2, "alice1", "two");
  private static final Entry THREE = entry(3, "alice1", "three");
  private static final Entry FOUR = entry(4, "alice1", "four");

  /// Three messages; the second device of Bob is only there to be ignored.
  private static Script threeSent() {
    return new Script()
        .device("alice1")
        .device("bob1")
        .joined("alice", 1)
        .joined("bob", 1)
        .sent("alice1", "two", 2)
        .sent("alice1", "three", 3)
        .sent("alice1", "four", 4);
  }

  private static Script shown(Script script) {
    return script.shows("bob1", TWO).shows("bob1", THREE).shows("bob1", FOUR);
  }

  @Test
  void aNewSessionResumesAfterTheCursor() {
    assertHolds(shown(threeSent()
            .frame("bob1", "s1", 1, 3, TWO, THREE)
            .acks("bob1", 2)
            .frame("bob1", "s2", 2, 4, THREE, FOUR))
        .judge());
  }

  @Test
  void aNewSessionResumesBeyondTheCursor() {
    assertBroke(
        shown(threeSent()
                .frame("bob1", "s1", 1, 3, TWO, THREE)
                .acks("bob1", 2)
                .frame("bob1", "s2", 3, 4, FOUR))
            .judge(),
        "broke CursorForward - talk on session bob1/s2 of device bob1: went on after 3,"
            + " but the device was only at 2",
        Promise.CURSOR_FORWARD);
  }

  @Test
  void aSessionWithoutAcksBeginsWhereTheFirstDid() {
    assertBroke(
        shown(threeSent()
                .frame("bob1", "s1", 1, 3, TWO, THREE)
                .frame("bob1", "s2", 3, 4, FOUR))
            .judge(),
        "broke CursorForward - talk on session bob1/s2 of device bob1: went on after 3,"
            + " but the device was only at 1",
        Promise.CURSOR_FORWARD);
  }

  @Test
  void aSessionSkips() {
    assertBroke(
        shown(threeSent()
                .frame("bob1", "s0", 1, 4, TWO, THREE, FOUR)
                .frame("bob1", "s1", 1, 2, TWO)
                .frame("bob1", "s1", 3, 4, FOUR))
            .judge(),
        "broke CursorForward - talk on session bob1/s1 of device bob1: went on after 3,"
            + " but the device was only at 2",
        Promise.CURSOR_FORWARD);
  }

  @Test
  void aSessionMaySkipWhatWasAckedOnTheOtherStream() {
    assertHolds(shown(threeSent()
            .frame("bob1", "s1", 1, 2, TWO)
            .frame("bob1", "s2", 1, 3, TWO, THREE)
            .acks("bob1", 3)
            .frame("bob1", "s1", 3, 4, FOUR))
        .judge());
  }

  @Test
  void aSessionMaySkipOwnSendsEvenWhenTheirAckIsToldLater() {
    Entry own = entry(5, "bob1", "own");
    assertHolds(shown(threeSent()
            .invoked("bob1", "own")
            .frame("bob1", "s1", 1, 4, TWO, THREE, FOUR)
            .sent("alice1", "six", 6)
            .frame("bob1", "s1", 5, 6, entry(6, "alice1", "six")))
        .shows("bob1", entry(6, "alice1", "six"))
        .ok("bob1", "own", 5)
        .acks("bob1", 6)
        .gets("alice1", own)
        .judge());
  }

  @Test
  void anAskedRangeRepairsAGapOutsideTheOrderOfTheStream() {
    assertHolds(shown(threeSent()
            .frame("bob1", "s1", 1, 4, TWO, THREE, FOUR)
            .add(new RangeAnswered(view("bob1"), "bob1/s1", 1, 3, List.of(TWO, THREE), 0))
            .acks("bob1", 4))
        .judge());
  }

  @Test
  void aSessionGoesBack() {
    assertBroke(
        shown(threeSent()
                .frame("bob1", "s1", 1, 4, TWO, THREE, FOUR)
                .frame("bob1", "s1", 2, 4, THREE, FOUR))
            .judge(),
        "broke CursorForward - talk on session bob1/s1 of device bob1: range (2, 4] after the session had reached 4",
        Promise.CURSOR_FORWARD);
  }

  @Test
  void aClientAcksWhatItWasNotGiven() {
    assertBroke(
        shown(threeSent()
                .frame("bob1", "s1", 1, 2, TWO)
                .acks("bob1", 3)
                .frame("bob1", "s1", 2, 4, THREE, FOUR))
            .judge(),
        "broke CursorForward - talk: device bob1 acked seq 3, but was given nothing that leads there from 1",
        Promise.CURSOR_FORWARD);
  }

  @Test
  void aNewDeviceAcksTheHeadItIsShownAndNoOther() {
    assertHolds(threeSent().gets("bob1", TWO, THREE, FOUR).device("bob2").head("bob2", 4).acks("bob2", 4).judge());
    assertBroke(
        threeSent().gets("bob1", TWO, THREE, FOUR).device("bob2").head("bob2", 3).acks("bob2", 4).judge(),
        "broke CursorForward - talk: device bob2 acked seq 4, but was given nothing that leads there from 3",
        Promise.CURSOR_FORWARD);
  }

  @Test
  void aStoredCursorMovesForwardUpToTheAcks() {
    assertHolds(threeSent()
        .gets("bob1", TWO)
        .add(new CursorShown(view("bob1"), 1, 0))
        .gets("bob1", THREE, FOUR)
        .add(new CursorShown(view("bob1"), 4, 0))
        .judge());
  }

  @Test
  void aStoredCursorMovesBack() {
    assertBroke(
        threeSent()
            .gets("bob1", TWO, THREE, FOUR)
            .add(new CursorShown(view("bob1"), 4, 0))
            .add(new CursorShown(view("bob1"), 3, 0))
            .judge(),
        "broke CursorForward - talk: the stored cursor of device bob1 went from 4 back to 3",
        Promise.CURSOR_FORWARD);
  }

  @Test
  void aStoredCursorIsBeyondTheAcks() {
    assertBroke(
        shown(threeSent().frame("bob1", "s1", 1, 4, TWO, THREE, FOUR))
            .acks("bob1", 3)
            .add(new CursorShown(view("bob1"), 4, 0))
            .judge(),
        "broke CursorForward - talk: the stored cursor 4 of device bob1 is beyond its acks (3)",
        Promise.CURSOR_FORWARD);
  }
}
