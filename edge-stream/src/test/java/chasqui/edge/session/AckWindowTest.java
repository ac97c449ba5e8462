package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AckWindowTest {

  private final AckWindow window = new AckWindow(256);

  @Test
  void a_sole_conversation_leaves_a_share_for_the_next() {
    assertEquals(256, window.grant(0));
    window.holder(1);
    window.use(100);
    assertEquals(28, window.grant(100), "half of 256 is the share of one");
    assertEquals(128, window.grant(0), "another one gets its own share");
  }

  @Test
  void what_is_left_bounds_every_share() {
    window.use(250);
    window.holder(1);
    assertEquals(6, window.grant(0));
    window.use(6);
    assertTrue(window.isFull());
    assertEquals(0, window.grant(0));
  }

  @Test
  void own_sends_may_overdraw_it() {
    window.use(300);
    assertEquals(0, window.grant(0));
    window.use(-60);
    assertEquals(16, window.grant(0));
  }

  @Test
  void everybody_gets_one_at_least() {
    window.holder(1000);
    assertEquals(1, window.grant(0));
  }

  @Test
  void credit_lowers_the_limit_and_never_raises_it() {
    window.credit(10);
    assertEquals(10, window.grant(0));
    window.credit(1_000_000);
    assertEquals(256, window.grant(0));
    window.credit(-1);
    assertEquals(256, window.grant(0), "unsigned on the wire");
    window.credit(1);
    window.use(1);
    assertTrue(window.isFull());
    window.credit(2);
    assertFalse(window.isFull());
  }

  @Test
  void giving_back_more_than_was_used_is_a_bug() {
    window.use(1);
    assertThrows(IllegalStateException.class, () -> window.use(-2));
  }
}
