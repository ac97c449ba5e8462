package chasqui.edge.unary;

import java.util.concurrent.atomic.AtomicInteger;

/// Asks many things, a few at a time, and goes on once all are answered. Answers may come on any thread, and from within
/// the asking.
final class FewAtATime {

  private static final int AT_A_TIME = 16;

  /// Asks one of them.
  interface Asking {
    /// @param answered to be run once it was answered; where it never is, nothing follows
    void ask(int index, Runnable answered);
  }

  private final int count;
  private final Asking asking;
  private final Runnable then;
  private final AtomicInteger answered = new AtomicInteger();
  // Above 0 while somebody goes on: one thread at a time, the others leave it to that one.
  private final AtomicInteger turns = new AtomicInteger();
  private int asked;
  private boolean over;

  private FewAtATime(int count, Asking asking, Runnable then) {
    this.count = count;
    this.asking = asking;
    this.then = then;
  }

  static void ask(int count, Asking asking, Runnable then) {
    new FewAtATime(count, asking, then).turn();
  }

  private void answered() {
    answered.incrementAndGet();
    turn();
  }

  private void turn() {
    if (turns.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      goOn(answered.get());
      seen = turns.addAndGet(-seen);
    } while (seen != 0);
  }

  private void goOn(int done) {
    while (asked < count && asked - done < AT_A_TIME) {
      asking.ask(asked++, this::answered);
    }
    if (done == count && !over) {
      over = true;
      then.run();
    }
  }
}
