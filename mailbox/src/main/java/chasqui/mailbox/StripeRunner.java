package chasqui.mailbox;

import chasqui.mailbox.store.FatalHandler;
import chasqui.mailbox.v1.MailboxRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// Gives a stripe its one thread: takes requests from a bounded inbox, completions of the store before them.
public final class StripeRunner implements AutoCloseable {

  /// What became of an offered request.
  public enum Offer {
    ACCEPTED,
    /// The inbox is at its bound; the request is not taken.
    FULL,
    /// The runner is closed or closing; the request is not taken.
    CLOSED
  }

  // Requests handled between two looks at the completions: few, so that a commit's outcome is not kept waiting.
  private static final int REQUESTS_AT_ONCE = 256;

  private final int stripeNumber;
  private final MailboxConfig.Queues limits;
  private final InstantSource clock;
  private final FatalHandler fatal;
  private final Stripe stripe;
  private final Thread thread;
  private final Duration closeWait;

  // Guards all below.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final ArrayDeque<Ask> requests = new ArrayDeque<>();
  private long requestBytes;
  private ArrayDeque<Runnable> completions = new ArrayDeque<>();
  private boolean waiting;
  private boolean closing;
  private boolean ended;

  /// @param fatal told when the stripe itself failed: what it holds in memory can not be trusted any more
  /// @param closeWait how long {@link #close} lets open requests finish
  /// @param maker makes the stripe, given the executor by which completions re-enter it
  public StripeRunner(
      int stripeNumber,
      MailboxConfig.Queues limits,
      InstantSource clock,
      FatalHandler fatal,
      Duration closeWait,
      Function<Executor, Stripe> maker) {
    this.stripeNumber = stripeNumber;
    this.limits = limits;
    this.clock = clock;
    this.fatal = fatal;
    this.closeWait = closeWait;
    this.stripe = maker.apply(this::complete);
    this.thread = Thread.ofPlatform().daemon().name("mailbox-stripe-" + stripeNumber).unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /// Queues a request for the stripe. Any thread; never blocks on the stripe's work.
  public Offer offer(MailboxRequest request, MailboxPort port, int slot) {
    Ask ask = new Ask(request, port, slot);
    lock.lock();
    try {
      if (closing) {
        return Offer.CLOSED;
      }
      if (requests.size() >= limits.inboxMax() || requestBytes + ask.bytes > limits.inboxBytesMax()) {
        return Offer.FULL;
      }
      requests.addLast(ask);
      requestBytes += ask.bytes;
      wake();
      return Offer.ACCEPTED;
    } finally {
      lock.unlock();
    }
  }

  /// As {@link Stripe#release}, as an event of the stripe. Any thread. Never completes where the runner is closed.
  CompletionStage<Void> release(int slot) {
    CompletableFuture<Void> released = new CompletableFuture<>();
    complete(() -> stripe.release(slot).thenRun(() -> released.complete(null)));
    return released;
  }

  /// How many requests wait; never above the bound.
  public int depth() {
    lock.lock();
    try {
      return requests.size();
    } finally {
      lock.unlock();
    }
  }

  /// The encoded bytes of what waits.
  public long depthBytes() {
    lock.lock();
    try {
      return requestBytes;
    } finally {
      lock.unlock();
    }
  }

  // Completions are never refused: each belongs to an open request or to the one commit under way.
  private void complete(Runnable completion) {
    lock.lock();
    try {
      if (!ended) {
        completions.addLast(completion);
        wake();
      }
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    if (waiting) {
      waiting = false;
      arrived.signal();
    }
  }

  private void run() {
    List<Ask> taken = new ArrayList<>(REQUESTS_AT_ONCE);
    ArrayDeque<Runnable> done = new ArrayDeque<>();
    try {
      while (true) {
        ArrayDeque<Runnable> emptied = done;
        done = await(taken, emptied);
        if (done == null) {
          return;
        }
        long nowMicros = micros(clock.instant());
        for (Runnable completion = done.pollFirst(); completion != null; completion = done.pollFirst()) {
          stripe.resume(completion, nowMicros);
        }
        for (Ask ask : taken) {
          stripe.handle(ask, nowMicros);
        }
        taken.clear();
        stripe.flush(nowMicros);
      }
    } catch (RuntimeException | Error bug) {
      fatal.fatal("mailbox stripe " + stripeNumber + " failed", bug);
    } finally {
      end();
    }
  }

  /// Waits for something to do: moves requests to `taken`, gives the completions; null when it is time to end.
  private ArrayDeque<Runnable> await(List<Ask> taken, ArrayDeque<Runnable> emptied) {
    lock.lock();
    try {
      long nanosLeft = closeWait.toNanos();
      while (requests.isEmpty() && completions.isEmpty()) {
        if (closing && (nanosLeft <= 0 || stripe.isIdle())) {
          return null;
        }
        waiting = true;
        if (closing) {
          nanosLeft = arrived.awaitNanos(nanosLeft);
        } else {
          arrived.awaitUninterruptibly();
        }
      }
      for (int i = 0; i < REQUESTS_AT_ONCE && !requests.isEmpty(); i++) {
        Ask ask = requests.pollFirst();
        requestBytes -= ask.bytes;
        taken.add(ask);
      }
      ArrayDeque<Runnable> done = completions;
      completions = emptied;
      return done;
    } catch (InterruptedException asked) {
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      closing = true;
      ended = true;
      requests.clear();
      requestBytes = 0;
      completions.clear();
    } finally {
      lock.unlock();
    }
  }

  /// Takes no more requests, and waits for nothing; {@link #close} follows.
  public void stopTaking() {
    lock.lock();
    try {
      closing = true;
      wake();
    } finally {
      lock.unlock();
    }
  }

  /// Takes no more requests, lets the open ones finish for a while, ends the thread.
  @Override
  public void close() {
    stopTaking();
    if (thread.getState() == Thread.State.NEW) {
      end();
      return;
    }
    try {
      if (!thread.join(closeWait.plusMillis(TimeUnit.SECONDS.toMillis(1)))) {
        thread.interrupt();
      }
    } catch (InterruptedException asked) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
  }
}
