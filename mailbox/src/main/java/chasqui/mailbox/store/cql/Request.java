package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreException.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/// One request: waits for its turn, is sent, ends. It ends once, by its answer or by its deadline, whichever is first: a
/// request that the driver forgets must not hold up whoever waits.
final class Request<T> {

  private enum State { WAITING, SENT, ENDED }

  private final Kind kind;
  private final Supplier<CompletionStage<T>> call;
  private final Lane lane;
  private final CompletableFuture<T> answer = new CompletableFuture<>();
  private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
  private volatile long sinceNanos;
  // The thread that is inside `send`: what ends there must not send the next one from within.
  private volatile Thread sender;
  private boolean endedWhileSending;

  Request(Kind kind, Supplier<CompletionStage<T>> call, Lane lane, long nowNanos) {
    this.kind = kind;
    this.call = call;
    this.lane = lane;
    this.sinceNanos = nowNanos;
  }

  Kind kind() {
    return kind;
  }

  CompletableFuture<T> answer() {
    return answer;
  }

  /// Sends it, unless its deadline has passed. True if it has ended already and its place in the lane is free again, which
  /// is then the caller's to give away.
  boolean send(long nowNanos) {
    sinceNanos = nowNanos;
    if (!state.compareAndSet(State.WAITING, State.SENT)) {
      return true;
    }
    sender = Thread.currentThread();
    try {
      call.get().whenComplete(this::answered);
    } catch (RuntimeException e) {
      answered(null, e);
    } finally {
      sender = null;
    }
    return endedWhileSending;
  }

  private void answered(T value, Throwable failure) {
    if (!state.compareAndSet(State.SENT, State.ENDED)) {
      return;
    }
    giveUpPlace();
    if (failure == null) {
      answer.complete(value);
    } else {
      answer.completeExceptionally(Failures.of(kind, failure));
    }
  }

  private void giveUpPlace() {
    if (sender == Thread.currentThread()) {
      endedWhileSending = true;
    } else {
      lane.placeIsFree();
    }
  }

  /// Not sent and never will be.
  void refuse(Reason reason, String why) {
    if (state.compareAndSet(State.WAITING, State.ENDED)) {
      answer.completeExceptionally(new StoreException(reason, why));
    }
  }

  /// Ends it if it has waited, or been under way, for longer than `limitNanos`. True if the driver owes it an answer.
  boolean expire(long nowNanos, long limitNanos) {
    if (nowNanos - sinceNanos <= limitNanos) {
      return false;
    }
    refuse(Reason.BUSY, "not sent within the time limit");
    if (!state.compareAndSet(State.SENT, State.ENDED)) {
      return false;
    }
    lane.placeIsFree();
    answer.completeExceptionally(new StoreException(Reason.UNKNOWN, kind + " has no answer, the driver's deadline passed"));
    return true;
  }
}
