package chasqui.node.command;

import chasqui.mailbox.store.portable.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Shows how far a long command has come: a bar that redraws itself on a terminal, else a line from time to time.
final class ProgressBar implements Progress {

  private static final int WIDTH = 30;
  private static final Duration REDRAW = Duration.ofMillis(100);
  private static final Duration LINE = Duration.ofSeconds(5);

  private final PrintWriter out;
  private final boolean terminal;
  private final InstantSource clock;
  private String shown = "";
  private Instant due = Instant.MIN;
  private boolean open;

  ProgressBar(PrintWriter out, boolean terminal, InstantSource clock) {
    this.out = out;
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public void at(String what, long done, long total) {
    Instant now = clock.instant();
    boolean changed = !what.equals(shown);
    boolean whole = done >= total;
    if (!changed && now.isBefore(due) && !(whole && open)) {
      return;
    }
    if (changed) {
      end();
    }
    shown = what;
    due = now.plus(terminal ? REDRAW : LINE);
    open = !whole;
    long percent = total <= 0 ? 100 : Math.min(100, done * 100 / total);
    if (terminal) {
      int filled = (int) (percent * WIDTH / 100);
      out.printf("\r%-18s [%s%s] %3d %%", what, "#".repeat(filled), " ".repeat(WIDTH - filled), percent);
      if (whole) {
        out.println();
      }
    } else {
      out.printf("%s: %d %%%n", what, percent);
    }
    out.flush();
  }

  /// Leaves the line of an unfinished bar.
  void end() {
    if (terminal && open) {
      out.println();
      out.flush();
    }
    open = false;
  }
}
