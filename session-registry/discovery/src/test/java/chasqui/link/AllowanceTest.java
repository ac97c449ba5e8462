package chasqui.link;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AllowanceTest {

  private final Allowance two = new Allowance(0.001, 2, 5_000);

  @Test
  void the_burst_is_there_from_the_beginning_and_no_more() {
    assertTrue(two.take(5_000));
    assertTrue(two.take(5_000));
    assertFalse(two.take(5_000));
  }

  @Test
  void it_comes_back_steadily() {
    two.take(5_000);
    two.take(5_000);
    assertFalse(two.take(5_999));
    assertTrue(two.take(6_001));
    assertFalse(two.take(6_001));
  }

  @Test
  void waiting_long_saves_up_no_more_than_the_burst() {
    assertTrue(two.take(1_000_000));
    assertTrue(two.take(1_000_000));
    assertFalse(two.take(1_000_000));
  }
}
