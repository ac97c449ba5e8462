package chasqui.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// How far a long command has come, as a terminal and as a log see it.
class ProgressBarTest {

  private final StringWriter out = new StringWriter();
  private Instant now = Instant.EPOCH;

  private ProgressBar bar(boolean terminal) {
    return new ProgressBar(new PrintWriter(out, true), terminal, () -> now);
  }

  @Test
  void a_log_gets_a_line_at_the_beginning_from_time_to_time_and_at_the_end() {
    ProgressBar bar = bar(false);
    for (int done = 0; done <= 100; done++) {
      bar.at("writing rows", done, 100);
      now = now.plusMillis(100);
    }
    bar.end();
    assertEquals(
        "writing rows: 0 %\nwriting rows: 50 %\nwriting rows: 100 %\n", out.toString().replace(System.lineSeparator(), "\n"));
  }

  @Test
  void a_terminal_gets_one_line_that_is_drawn_over_for_each_piece_of_work() {
    ProgressBar bar = bar(true);
    bar.at("checking", 1, 2);
    bar.at("checking", 2, 2);
    bar.at("storing", 1, 4);
    bar.end();
    assertEquals(2, out.toString().chars().filter(each -> each == '\n').count(), out.toString());
    assertTrue(out.toString().contains("checking           [##############################] 100 %"), out.toString());
    assertTrue(out.toString().contains("storing            [#######                       ]  25 %"), out.toString());
  }

  @Test
  void nothing_to_do_is_done() {
    bar(false).at("copying files", 0, 0);
    assertTrue(out.toString().startsWith("copying files: 100 %"));
  }
}
