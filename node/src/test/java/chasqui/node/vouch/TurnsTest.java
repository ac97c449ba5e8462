package chasqui.node.vouch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Steps of a link stay in their order, wherever they are taken.
class TurnsTest {

  private final List<Runnable> elsewhere = new ArrayList<>();
  private final List<String> done = new ArrayList<>();
  private final Turns turns = new Turns(elsewhere::add);

  @Test
  void what_does_not_take_long_is_done_at_once() {
    turns.take(() -> done.add("a"), false);
    assertEquals(List.of("a"), done);
    assertEquals(List.of(), elsewhere);
  }

  @Test
  void what_follows_a_long_step_waits_for_it() {
    turns.take(() -> done.add("long"), true);
    turns.take(() -> done.add("b"), false);
    turns.take(() -> done.add("c"), true);
    assertEquals(List.of(), done);
    elsewhere.getFirst().run();
    assertEquals(List.of("long", "b", "c"), done);
    turns.take(() -> done.add("d"), false);
    assertEquals(List.of("long", "b", "c", "d"), done, "and at once again");
    assertEquals(1, elsewhere.size());
  }
}
