package chasqui.testkit.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeSet;

/// What a test says about a verdict.
final class Verdicts {
  private Verdicts() {}

  static void assertHolds(Verdict verdict) {
    assertEquals(List.of(), verdict.violations());
    assertTrue(verdict.holds());
  }

  /// Exactly these promises are broken, and the first one in these words.
  static void assertBroke(Verdict verdict, String words, Promise... promises) {
    TreeSet<Promise> broken = new TreeSet<>();
    for (Promise promise : Promise.values()) {
      if (verdict.violationsOf(promise) > 0) {
        broken.add(promise);
      }
    }
    assertEquals(new TreeSet<>(List.of(promises)), broken, () -> "found " + verdict.violations());
    assertTrue(
        verdict.violations().stream().map(Violation::toString).anyMatch(words::equals),
        () -> "expected\n" + words + "\nfound\n" + verdict.violations());
  }
}
