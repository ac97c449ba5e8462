package chasqui.drills.sim.mesh;

import chasqui.mailbox.MailboxPort;
import chasqui.mailbox.Stripe;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.testkit.sim.SimNode;
import chasqui.testkit.sim.SimRandom;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/// Gives a stripe its turns, as its thread does in a node: completions first, then requests, then a flush. How much comes
/// together in one turn is drawn by lot.
final class StripeTurns implements Executor {
  private static final long PAUSE_MAX_NANOS = 300_000;
  private static final int REQUESTS_AT_ONCE = 256;

  private record Request(MailboxRequest request, MailboxPort port, int slot) {}

  private final SimNode node;
  private final SimRandom random;
  private final Stripe stripe;
  private final ArrayDeque<Runnable> completions = new ArrayDeque<>();
  private final ArrayDeque<Request> requests = new ArrayDeque<>();
  private boolean scheduled;

  StripeTurns(SimNode node, SimRandom random, Function<Executor, Stripe> maker) {
    this.node = node;
    this.random = random;
    this.stripe = maker.apply(this);
  }

  void offer(MailboxRequest request, MailboxPort port, int slot) {
    requests.add(new Request(request, port, slot));
    schedule();
  }

  /// As {@link Stripe#release}, as an event of the stripe.
  CompletionStage<Void> release(int slot) {
    CompletableFuture<Void> released = new CompletableFuture<>();
    execute(() -> stripe.release(slot).thenRun(() -> released.complete(null)));
    return released;
  }

  @Override
  public void execute(Runnable completion) {
    completions.add(completion);
    schedule();
  }

  private void schedule() {
    if (!scheduled) {
      scheduled = true;
      node.schedule(random.between(0, PAUSE_MAX_NANOS), this::turn);
    }
  }

  private void turn() {
    scheduled = false;
    Instant now = node.clock().instant();
    long nowMicros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    while (!completions.isEmpty()) {
      stripe.resume(completions.poll(), nowMicros);
    }
    for (int i = 0; i < REQUESTS_AT_ONCE && !requests.isEmpty(); i++) {
      Request next = requests.poll();
      stripe.handle(next.request(), next.port(), next.slot(), nowMicros);
    }
    stripe.flush(nowMicros);
    if (!requests.isEmpty() || !completions.isEmpty()) {
      schedule();
    }
  }
}
