package chasqui.mailbox;

import chasqui.mailbox.v1.Caller;
import chasqui.mailbox.v1.Refusal;
import java.util.ArrayDeque;
import java.util.function.BiConsumer;

/// The counters of a stripe's conversations. One that is not in memory is read from the store first: absence is never
/// assumed, unless the conversation itself was absent when it was loaded.
final class Counters {

  private final StripeContext context;
  private final StateCache states;
  private final BiConsumer<ConversationState, Ask> proceed;

  /// @param proceed goes on with an append whose counter is known now
  Counters(StripeContext context, StateCache states, BiConsumer<ConversationState, Ask> proceed) {
    this.context = context;
    this.states = states;
    this.proceed = proceed;
  }

  /// The counter of the ask's device; while `waiting` is set it is not known yet, and the ask joins those who wait.
  Counter of(ConversationState state, Ask ask) {
    Caller caller = ask.caller();
    Counter.Key key = new Counter.Key(caller.getUserId(), caller.getDeviceId());
    Counter counter = state.counters.get(key);
    if (counter == null) {
      counter = add(state, key);
      if (!state.countersComplete) {
        read(state, counter);
      }
    }
    return counter;
  }

  /// The counter of the creator of a conversation that was absent a moment ago.
  Counter fresh(ConversationState state, Ask ask) {
    Invariants.check(state.countersComplete, "a conversation that is created had no counters");
    return of(state, ask);
  }

  private Counter add(ConversationState state, Counter.Key key) {
    Counter counter = new Counter(key);
    state.counters.put(key, counter);
    states.reweigh(state);
    return counter;
  }

  private void read(ConversationState state, Counter counter) {
    counter.waiting = new ArrayDeque<>(1);
    context.when(
        context.store.conversations().loadCounter(state.id, counter.key.userId(), counter.key.deviceId()),
        (stored, failure) -> known(state, counter, stored, failure));
  }

  private void known(ConversationState state, Counter counter, Long stored, Throwable failure) {
    ArrayDeque<Ask> waiting = counter.waiting;
    counter.waiting = null;
    if (state.dropped) {
      return;
    }
    if (failure != null) {
      state.counters.remove(counter.key);
      waiting.forEach(ask -> context.answers.refuse(ask, context.readFailed(failure)));
      return;
    }
    counter.highest = stored;
    counter.written = stored;
    waiting.forEach(ask -> proceed.accept(state, ask));
  }

  void abandon(ConversationState state, Refusal refusal) {
    for (Counter counter : state.counters.values()) {
      if (counter.waiting != null) {
        counter.waiting.forEach(ask -> context.answers.refuseUnlessAnswered(ask, refusal));
        counter.waiting.clear();
      }
    }
  }
}
