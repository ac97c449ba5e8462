package chasqui.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AllowancesTest {

  private final Allowances allowances = new Allowances(new Rate(60, 2), 3);

  @Test
  void each_key_has_its_own() {
    assertTrue(allowances.take("a", 0));
    assertTrue(allowances.take("a", 0));
    assertFalse(allowances.take("a", 0));
    assertTrue(allowances.take("b", 0));
  }

  @Test
  void a_key_that_was_never_used_waits_for_nothing_and_takes_no_room() {
    assertEquals(0, allowances.pause("nobody", 0));
    assertEquals(0, allowances.size());
  }

  @Test
  void what_is_owed_comes_back_first() {
    allowances.charge("a", 12, 0);
    assertEquals(11_000, allowances.pause("a", 0));
    assertFalse(allowances.take("a", 10_999));
    assertTrue(allowances.take("a", 11_000));
  }

  @Test
  void one_that_is_full_again_is_forgotten() {
    allowances.take("a", 0);
    allowances.take("b", 1_000);
    assertEquals(1, allowances.size(), "a is full again after a second, and b is what is left");
  }

  @Test
  void at_the_bound_the_one_used_longest_ago_is_forgotten() {
    for (String key : new String[] {"a", "b", "c"}) {
      allowances.charge(key, 100, 0);
    }
    assertTrue(allowances.pause("a", 0) > 0);
    allowances.charge("a", 1, 0);
    allowances.charge("d", 100, 0);
    assertEquals(3, allowances.size());
    assertEquals(0, allowances.pause("b", 0), "the longest unused");
    assertTrue(allowances.pause("a", 0) > 0 && allowances.pause("c", 0) > 0 && allowances.pause("d", 0) > 0);
  }

  @Test
  void any_number_of_keys_takes_the_room_of_the_bound() {
    for (int i = 0; i < 100_000; i++) {
      allowances.charge("key-" + i, 100, 0);
      assertTrue(allowances.size() <= 3);
    }
  }

  @Test
  void a_rate_that_never_allows_anything_is_no_rate() {
    assertThrows(IllegalArgumentException.class, () -> new Rate(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new Rate(1, 0));
    assertEquals(new Rate(600, 20), new Rate(60, 2).times(10));
  }
}
