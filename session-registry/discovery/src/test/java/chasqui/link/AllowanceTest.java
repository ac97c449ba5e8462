package chasqui.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

  @Test
  void what_costs_more_than_is_left_has_to_come_back_first() {
    two.charge(10, 5_000);
    assertFalse(two.isOpen(5_000));
    assertEquals(9_000, two.pause(5_000), "eight are owed, and one is needed");
    assertFalse(two.take(13_999));
    assertEquals(0, two.pause(14_000));
    assertTrue(two.take(14_000));
  }

  @Test
  void more_than_a_burst_is_owed_to_charges_only() {
    for (int i = 0; i < 100; i++) {
      two.owe(5_000);
    }
    assertEquals(8_000, 5_000 + two.pause(5_000), "two are owed, and one is needed");
    two.charge(5, 5_000);
    two.owe(5_000);
    assertEquals(8_000, two.pause(5_000), "what is owed is not forgiven by it");
  }

  @Test
  void giving_back_fills_it_no_higher_than_its_burst() {
    assertTrue(two.take(5_000));
    two.charge(-5, 5_000);
    assertTrue(two.isFull(5_000));
    assertTrue(two.take(5_000));
    assertTrue(two.take(5_000));
    assertFalse(two.take(5_000));
  }

  @Test
  void a_clock_put_back_adds_nothing_and_takes_nothing() {
    two.charge(3, 5_000);
    assertFalse(two.isOpen(1_000));
    assertEquals(2_000, two.pause(1_000));
    assertTrue(two.take(3_000));
  }
}
