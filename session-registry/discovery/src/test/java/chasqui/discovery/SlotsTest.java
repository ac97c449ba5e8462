package chasqui.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SlotsTest {

  @Test
  void the_hash_is_part_of_the_stored_contract_and_never_changes() {
    assertEquals(0xf52a15e9a9b5e89bL, Slots.hash(""));
    assertEquals(0xc5d1556d66774a5cL, Slots.hash("alice"));
    Slots slots = new Slots(Slots.DEFAULT_COUNT);
    assertEquals(604, slots.of("alice"));
    assertEquals(1024, Slots.DEFAULT_COUNT);
  }

  @Test
  void ids_spread_evenly() {
    Slots slots = new Slots(1024);
    int[] counts = new int[1024];
    for (int i = 0; i < 102_400; i++) {
      counts[slots.of("user-" + i)]++;
    }
    for (int slot = 0; slot < 1024; slot++) {
      assertTrue(counts[slot] > 50 && counts[slot] < 160, "slot " + slot + " has " + counts[slot]);
    }
  }

  @Test
  void counts_that_are_no_power_of_two_are_refused() {
    for (int count : new int[] {0, -1, 3, 1000, 131_072}) {
      assertThrows(IllegalArgumentException.class, () -> new Slots(count));
    }
    assertEquals(0, new Slots(1).of("anything"));
  }
}
