package chasqui.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Parts end in the reverse order, each once, whatever the others do.
class LifecycleTest {

  private final List<String> stopped = new ArrayList<>();
  private final Lifecycle lifecycle = new Lifecycle();

  @Test
  void parts_end_in_the_reverse_order_each_once() {
    lifecycle.started("store", () -> stopped.add("store"));
    lifecycle.started("server", () -> stopped.add("server"));
    lifecycle.close();
    lifecycle.close();
    assertEquals(List.of("server", "store"), stopped);
  }

  @Test
  void a_part_that_fails_does_not_keep_the_others() {
    lifecycle.started("store", () -> stopped.add("store"));
    lifecycle.started("server", () -> {
      throw new IllegalStateException("stuck");
    });
    lifecycle.close();
    assertEquals(List.of("store"), stopped);
  }

  @Test
  void a_part_that_starts_during_the_end_is_ended_at_once() {
    lifecycle.close();
    lifecycle.started("late", () -> stopped.add("late"));
    assertEquals(List.of("late"), stopped);
  }
}
