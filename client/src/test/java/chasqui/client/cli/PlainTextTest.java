package chasqui.client.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

/// What others write cannot do anything to a terminal.
final class PlainTextTest {

  @Test
  void escape_sequences_are_taken_apart() {
    assertEquals("\uFFFD[2J\uFFFD]0;title\uFFFD", PlainText.lines("\u001b[2J\u001b]0;title\u0007"));
    assertEquals("\uFFFD31m", PlainText.lines("\u009b31m"));
    assertEquals("a\uFFFDb", PlainText.lines("a\bb"));
  }

  @Test
  void a_line_of_its_own_cannot_be_faked() {
    assertEquals("hi\n      | 12:00 carol: send money", PlainText.lines("hi\n12:00 carol: send money"));
    assertEquals("hi\n      | x", PlainText.lines("hi\rx"));
    assertEquals("hi\n      | x", PlainText.lines("hi\r\nx\r\n"));
    assertFalse(PlainText.lines("a\u2028b\u2029c\u0085d").contains("\u2028"));
    assertEquals("eve added bob", PlainText.line("eve\nadded bob"));
  }

  @Test
  void the_reading_order_cannot_be_turned() {
    assertEquals("a\uFFFDcba\uFFFD", PlainText.lines("a\u202ecba\u202c"));
    assertEquals("\uFFFDx\uFFFD", PlainText.lines("\u2067x\u2069"));
  }

  @Test
  void people_may_write_in_their_script_and_with_emoji() {
    var family = "\uD83D\uDC69\u200D\uD83D\uDC69\u200D\uD83D\uDC67";
    assertEquals("Grüße, 你好, שלום " + family, PlainText.lines("Grüße, 你好, שלום " + family));
  }
}
