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

class DenseOrderTest {
  private static final Entry ONE = entry(2, "alice1", "one");
  private static final Entry TWO = entry(3, "alice1", "two");

  private static Script twoSent() {
    return Script.aliceAndBob().sent("alice1", "one", 2).sent("alice1", "two", 3).gets("bob2", ONE, TWO);
  }

  @Test
  void ascending() {
    assertHolds(twoSent().gets("bob1", ONE).gets("bob1", TWO).judge());
  }

  @Test
  void shownOutOfOrder() {
    Verdict verdict = twoSent()
        .frame("bob1", "s1", 1, 3, ONE, TWO)
        .shows("bob1", TWO)
        .shows("bob1", ONE)
        .judge();
    assertBroke(
        verdict, "broke DenseOrder - talk seq 2 was shown after seq 3 on device bob1", Promise.DENSE_ORDER);
    assertEquals(1, verdict.outOfOrder());
  }

  @Test
  void framedOutOfOrder() {
    Verdict verdict = twoSent()
        .frame("bob1", "s1", 1, 3, TWO, ONE)
        .shows("bob1", ONE)
        .shows("bob1", TWO)
        .judge();
    assertBroke(
        verdict,
        "broke DenseOrder - talk seq 2 came after seq 3 in one frame to device bob1",
        Promise.DENSE_ORDER);
  }

  @Test
  void outsideItsRange() {
    Verdict verdict = twoSent()
        .frame("bob1", "s1", 1, 2, ONE, TWO)
        .shows("bob1", ONE)
        .shows("bob1", TWO)
        .judge();
    assertBroke(
        verdict,
        "broke DenseOrder - talk seq 3 stands outside the range (1, 2] it was given in, device bob1",
        Promise.DENSE_ORDER);
  }

  @Test
  void twoReadersSeeDifferentThings() {
    Script script = Script.aliceAndBob()
        .invoked("alice1", "one")
        .unknown("alice1", "one")
        .invoked("alice1", "two")
        .unknown("alice1", "two");
    assertBroke(
        script.gets("bob1", ONE)
            .gets("bob2", entry(2, "alice1", "two"))
            .judge(),
        "broke DenseOrder - talk seq 2 generation 1 holds different things for different readers",
        Promise.DENSE_ORDER);
  }

  @Test
  void twoSendsAreAckedAtOneSeq() {
    assertBroke(
        Script.aliceAndBob()
            .sent("alice1", "one", 2)
            .sent("bob1", "two", 2)
            .gets("bob2", ONE)
            .judge(),
        "broke DenseOrder - message id-two of bob/bob1 in talk was acked at seq 2 generation 1,"
            + " as message id-one of alice/alice1 in talk was",
        Promise.DENSE_ORDER);
  }

  @Test
  void anErasedMessageIsLawful() {
    Entry erased = Entry.system(2, Entry.Kind.TOMBSTONE);
    Entry deletion = new Entry(4, Entry.Kind.DELETE, "", "", "", 0, 2);
    assertHolds(twoSent()
        .gets("bob2", deletion)
        .gets("bob1", erased, TWO, deletion)
        .judge());
  }

  @Test
  void aMessageErasedByNobodyIsNot() {
    assertBroke(
        twoSent().gets("bob1", Entry.system(2, Entry.Kind.TOMBSTONE), TWO).judge(),
        "broke DenseOrder - talk seq 2 generation 1 holds different things for different readers",
        Promise.DENSE_ORDER);
  }

  @Test
  void aPhantom() {
    assertBroke(
        twoSent().gets("bob1", ONE, TWO, entry(4, "bob2", "ghost")).judge(),
        "broke DenseOrder - message id-ghost of bob/bob2 in talk at seq 4 is a phantom: nobody sent it",
        Promise.DENSE_ORDER);
  }

  @Test
  void anotherContentThanSent() {
    assertBroke(
        Script.aliceAndBob()
            .add(new SendInvoked(send("alice1", "one"), PayloadHash.of("what was sent"), 0))
            .ok("alice1", "one", 2)
            .gets("bob1", ONE)
            .gets("bob2", ONE)
            .judge(),
        "broke DenseOrder - message id-one of alice/alice1 in talk at seq 2 is not what was sent",
        Promise.DENSE_ORDER);
  }

  @Test
  void aHoleInTheLog() {
    assertBroke(
        twoSent()
            .gets("bob1", ONE, TWO)
            .reads("alice1", 0, 4, Entry.system(1, Entry.Kind.OTHER), ONE, TWO)
            .judge(),
        "broke DenseOrder - talk seq 4 generation 1 is a hole in the log read by device alice1",
        Promise.DENSE_ORDER);
  }

  @Test
  void aLogReadNewestFirstIsLawful() {
    Verdict verdict = twoSent()
        .gets("bob1", ONE, TWO)
        .reads("alice1", 2, 3, TWO)
        .reads("alice1", 0, 2, ONE, Entry.system(1, Entry.Kind.OTHER))
        .judge();
    assertHolds(verdict);
    assertEquals(2, verdict.readBack());
  }
}
