package chasqui.mailbox;

import chasqui.discovery.CrashPoints;
import chasqui.discovery.Slots;
import chasqui.mailbox.store.MailboxStore;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.v1.Refusal;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// What the parts of one stripe share. Everything runs on the stripe's one thread, one event at a time.
final class StripeContext {

  final int stripe;
  final MailboxConfig config;
  final MailboxStore store;
  final Custody custody;
  final MailboxMetrics metrics;
  final CrashPoints crashPoints;
  final Slots slots;
  final Answers answers;
  /// The time of the event being handled, in microseconds since the Unix epoch.
  long nowMicros;

  private final Executor reentry;

  /// @param reentry brings a completion of the store back to the stripe's thread; must take all that it is given
  StripeContext(
      int stripe, MailboxConfig config, MailboxStore store, Custody custody, MailboxMetrics metrics,
      CrashPoints crashPoints, Executor reentry) {
    this.stripe = stripe;
    this.config = config;
    this.store = store;
    this.custody = custody;
    this.metrics = metrics;
    this.crashPoints = crashPoints;
    this.slots = new Slots(store.dataSet().getSlots());
    this.answers = new Answers(metrics, slots.count());
    this.reentry = reentry;
  }

  /// Runs `then` as an event of the stripe once the store has answered: with the value, or with what went wrong.
  <T> void when(CompletionStage<T> stage, BiConsumer<T, Throwable> then) {
    stage.whenComplete((value, failure) -> reentry.execute(() -> then.accept(value, failure)));
  }

  /// Runs `then` with what the store has read; refuses the ask where it cannot tell.
  <T> void read(Ask ask, CompletionStage<T> stage, Consumer<T> then) {
    when(stage, (value, failure) -> {
      if (failure != null) {
        answers.refuse(ask, readFailed(failure));
      } else {
        then.accept(value);
      }
    });
  }

  /// Runs `then` once it is certain that this incarnation was the owner after the ask came; refuses the ask if it is not.
  void confirmed(Ask ask, Runnable then) {
    confirmed(then, () -> answers.refuse(ask, notHere()));
  }

  /// Runs `then` once it is certain that this incarnation is the owner at a moment after this call, else `otherwise`.
  void confirmed(Runnable then, Runnable otherwise) {
    CompletionStage<Boolean> proof = custody.confirm(stripe);
    if (proof == SoleCustody.CONFIRMED) {
      then.run();
      return;
    }
    when(proof, (unsealed, failure) -> {
      if (failure == null && unsealed) {
        then.run();
      } else {
        otherwise.run();
      }
    });
  }

  /// Refuses because of what the state says, once it is certain that the state was the owner's: a node that was replaced
  /// without knowing it must not turn a new member away for good.
  void refuseConfirmed(Ask ask, Refusal refusal) {
    confirmed(ask, () -> answers.refuse(ask, refusal));
  }

  /// The slot is not served here, or not yet, or not any more. A slot that moves does so within moments, and a router that
  /// is told where it is asks there next: a retry need not wait as long as for a busy node.
  Refusal notHere() {
    return Refusals.unavailable("this node does not own the slot, or not yet", config.queues().retryAfter().dividedBy(4));
  }

  /// The conversation's state is being read again after a write that failed.
  Refusal reloading() {
    return Refusals.unavailable("the conversation is being read again", config.queues().retryAfter());
  }

  /// Why a read of the store had no answer. Nothing was changed by this attempt.
  Refusal readFailed(Throwable failure) {
    return switch (reasonOf(failure)) {
      case BUSY -> Refusals.overloaded("mailbox.store", config.queues().retryAfter());
      case BAD_PAGE_TOKEN -> Refusals.invalid("page_token", "a token of the page before, of the same question");
      case UNKNOWN, FULL, CLOSED -> Refusals.unavailable("the store did not answer", config.queues().retryAfter());
    };
  }

  /// Why a write outside the journal was not acknowledged.
  Refusal writeFailed(Throwable failure) {
    return switch (reasonOf(failure)) {
      case BUSY -> Refusals.overloaded("mailbox.store", config.queues().retryAfter());
      case FULL -> Refusals.storeFull(config.batches().storeFullPause());
      case CLOSED -> Refusals.unavailable("the store is closed", config.queues().retryAfter());
      case UNKNOWN, BAD_PAGE_TOKEN -> Refusals.OUTCOME_UNKNOWN;
    };
  }

  private static StoreException.Reason reasonOf(Throwable failure) {
    Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
    return cause instanceof StoreException told ? told.reason() : StoreException.Reason.UNKNOWN;
  }
}
