package chasqui.edge.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

/// Which router is not asked for a slot for a while.
class DetoursTest {

  private long nowMillis = 1;
  private final Detours<String> detours = new Detours<>(() -> nowMillis * 1_000_000);

  private void refusedFor(String by, long millis) {
    detours.refused(7, by);
    nowMillis += millis;
    detours.refused(7, by);
  }

  @Test
  void a_takeover_of_less_than_a_second_moves_nothing() {
    refusedFor("router-1", 999);
    assertNull(detours.avoided(7));
    detours.answered(7, "router-1");
    assertEquals(0, detours.size());
    detours.refused(7, "router-1");
    assertNull(detours.avoided(7), "counted anew");
  }

  @Test
  void who_refuses_for_a_second_is_avoided_for_that_slot_for_a_while() {
    refusedFor("router-1", 1_000);
    assertEquals("router-1", detours.avoided(7));
    assertNull(detours.avoided(8));
    detours.answered(7, "router-2");
    nowMillis += 9_999;
    assertEquals("router-1", detours.avoided(7));
    nowMillis++;
    assertNull(detours.avoided(7), "asked again");
    detours.refused(7, "router-1");
    assertEquals("router-1", detours.avoided(7), "it has not changed");
  }

  @Test
  void where_the_next_refuses_as_well_its_own_router_is_asked_again() {
    refusedFor("router-1", 1_000);
    detours.refused(7, "router-2");
    assertNull(detours.avoided(7));
    detours.refused(7, "router-1");
    assertNull(detours.avoided(7));
  }

  @Test
  void what_nobody_asks_for_is_forgotten() {
    detours.refused(7, "router-1");
    refusedFor("router-1", 1_000);
    nowMillis += 20_000;
    detours.expire();
    assertEquals(1, detours.size());
    nowMillis++;
    detours.expire();
    assertEquals(0, detours.size());
  }
}
