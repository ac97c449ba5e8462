package chasqui.mailbox;

import java.util.ArrayDeque;

/// Long reads of one kind, so much of them at a time; more wait for their turn. What waits is part of the open requests,
/// so it is bounded by their bound. Used by one thread.
final class Turns {

  private record Turn(Ask ask, long weight, Runnable read, Runnable refused) {}

  private final StripeContext context;
  private final long openMax;
  private final ArrayDeque<Turn> waiting = new ArrayDeque<>();
  private final Depth open = new Depth();
  // True inside startWaiting: a read that ends there at once is followed by the next without a deeper call.
  private boolean starting;

  /// @param openMax what the reads under way may weigh together; one alone must not weigh more
  Turns(StripeContext context, long openMax) {
    this.context = context;
    this.openMax = openMax;
  }

  /// Whether the link is too full for a large answer; then the request is refused.
  boolean refusesCongested(Ask ask) {
    boolean congested = ask.port.isCongested();
    if (congested) {
      context.answers.refuse(ask, Refusals.overloaded("mailbox.link", context.config.queues().retryAfter()));
    }
    return congested;
  }

  /// Begins the read once there is room for it, perhaps at once. {@link #ended} must follow whenever it began.
  void await(Ask ask, long weight, Runnable read) {
    await(ask, weight, read, () -> { });
  }

  /// The same.
  ///
  /// @param refused runs instead where the link is too full by then
  void await(Ask ask, long weight, Runnable read, Runnable refused) {
    waiting.addLast(new Turn(ask, weight, read, refused));
    startWaiting();
  }

  /// A read of that weight was answered.
  void ended(long weight) {
    open.add(-weight);
    startWaiting();
  }

  /// What the reads under way weigh.
  long open() {
    return open.get();
  }

  private void startWaiting() {
    if (starting) {
      return;
    }
    starting = true;
    try {
      while (!waiting.isEmpty() && open.get() + waiting.peekFirst().weight <= openMax) {
        Turn next = waiting.pollFirst();
        // Those before it may have filled the link meanwhile.
        if (refusesCongested(next.ask)) {
          next.refused.run();
        } else {
          open.add(next.weight);
          next.read.run();
        }
      }
    } finally {
      starting = false;
    }
  }
}
