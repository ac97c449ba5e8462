package chasqui.testkit.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class IntervalSetTest {

  /// Against a plain set of numbers, over many random histories.
  @Test
  void behavesLikeASetOfNumbers() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      IntervalSet intervals = new IntervalSet();
      TreeSet<Long> numbers = new TreeSet<>();
      for (int step = 0; step < 40; step++) {
        long from = random.nextInt(60);
        long to = from + random.nextInt(6) - 1;
        intervals.add(from, to);
        for (long number = from; number <= to; number++) {
          numbers.add(number);
        }
        compare(intervals, numbers, "seed " + seed + " step " + step);
      }
    }
  }

  private static void compare(IntervalSet intervals, TreeSet<Long> numbers, String where) {
    TreeSet<Long> listed = new TreeSet<>();
    long[] before = {Long.MIN_VALUE};
    intervals.forEach((from, to) -> {
      assertEquals(true, from > before[0] + 1, where + ": intervals touch or go back");
      before[0] = to;
      for (long number = from; number <= to; number++) {
        listed.add(number);
      }
    });
    assertEquals(numbers, listed, where);
    assertEquals(numbers.size(), intervals.size(), where);
    assertEquals(numbers.isEmpty() ? 0 : numbers.last(), intervals.max(), where);
    TreeSet<Long> missing = new TreeSet<>();
    intervals.forEachGap(0, 70, (from, to) -> {
      for (long number = from; number <= to; number++) {
        missing.add(number);
      }
    });
    for (long number = 0; number <= 70; number++) {
      assertEquals(numbers.contains(number), intervals.contains(number), where);
      assertEquals(!numbers.contains(number), missing.contains(number), where);
    }
  }
}
