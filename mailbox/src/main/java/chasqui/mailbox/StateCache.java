package chasqui.mailbox;

import chasqui.mailbox.store.StoredConversation;
import chasqui.mailbox.v1.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The states of a stripe's conversations in memory, least recently used first. Each is loaded once, for all who wait;
/// that a conversation does not exist is remembered too, which is safe while one owner alone creates it.
final class StateCache {

  /// Who waits for a state.
  interface Waiter {
    void loaded(ConversationState state);

    void failed(Refusal refusal);
  }

  // States that are in use are few beside those that are not: looking further would not free more.
  private static final int BUSY_PASSED_MAX = 64;

  private final StripeContext context;
  private final long weightMax;
  private final LinkedHashMap<String, ConversationState> states = new LinkedHashMap<>(1024, 0.75f, true);
  private final Map<String, List<Waiter>> loading = new HashMap<>();
  private final Depth weight = new Depth();

  StateCache(StripeContext context) {
    this.context = context;
    this.weightMax = Math.max(1, context.config.conversations().stateWeightMax() / context.config.stripes());
  }

  /// The state, if it is in memory; else null.
  ConversationState get(String conversationId) {
    return states.get(conversationId);
  }

  /// Hands the state over, now or once it is loaded.
  void use(String conversationId, Waiter waiter) {
    ConversationState state = states.get(conversationId);
    if (state != null) {
      waiter.loaded(state);
      return;
    }
    List<Waiter> waiters = loading.get(conversationId);
    if (waiters != null) {
      join(waiters, waiter);
      return;
    }
    List<Waiter> first = new ArrayList<>(1);
    first.add(waiter);
    loading.put(conversationId, first);
    context.when(context.store.conversations().load(conversationId), (stored, failure) -> {
      // Its slot may have been released meanwhile, and another load be under way.
      if (loading.remove(conversationId, first)) {
        loaded(conversationId, first, stored, failure);
      }
    });
  }

  private void join(List<Waiter> waiters, Waiter waiter) {
    if (waiters.size() >= context.config.queues().openPerConversationMax()) {
      waiter.failed(Refusals.overloaded("mailbox.conversation", context.config.queues().retryAfter()));
      return;
    }
    waiters.add(waiter);
  }

  private void loaded(
      String conversationId, List<Waiter> waiters, Optional<StoredConversation> stored, Throwable failure) {
    if (failure != null) {
      waiters.forEach(waiter -> waiter.failed(context.readFailed(failure)));
      return;
    }
    long firstGeneration = Math.max(1, context.store.dataSet().getFirstGeneration());
    ConversationState state = new ConversationState(conversationId, stored, firstGeneration);
    Invariants.check(states.put(conversationId, state) == null, "a conversation has one state");
    reweigh(state);
    waiters.forEach(waiter -> waiter.loaded(state));
  }

  /// Forgets a state that may differ from what is stored: the next use loads it again.
  void drop(ConversationState state) {
    Invariants.check(state.inFlight.isEmpty(), "a state is not dropped under its commit");
    state.dropped = true;
    if (states.remove(state.id, state)) {
      weight.add(-state.countedWeight);
    }
  }

  /// Forgets all states of a slot that is not served any more. Nothing of it is queued or under way.
  ///
  /// @param dropping told of each before
  void dropSlot(int slot, Consumer<ConversationState> dropping) {
    List<ConversationState> ofSlot = states.values().stream()
        .filter(state -> context.slots.of(state.id) == slot).toList();
    for (ConversationState state : ofSlot) {
      dropping.accept(state);
      drop(state);
    }
    // Nobody waits for these any more: what they will have read is of a time that may be over.
    loading.keySet().removeIf(id -> context.slots.of(id) == slot);
  }

  /// The state may weigh more than it did.
  void reweigh(ConversationState state) {
    if (!state.dropped) {
      int now = state.weight();
      weight.add(now - state.countedWeight);
      state.countedWeight = now;
    }
  }

  /// Evicts what is idle and was not used for longest, until the rest weighs no more than it may.
  void trim() {
    if (weight.get() <= weightMax) {
      return;
    }
    int busyPassed = 0;
    Iterator<ConversationState> eldestFirst = states.values().iterator();
    while (weight.get() > weightMax && busyPassed < BUSY_PASSED_MAX && eldestFirst.hasNext()) {
      ConversationState state = eldestFirst.next();
      if (!state.isIdle()) {
        busyPassed++;
        continue;
      }
      eldestFirst.remove();
      state.dropped = true;
      weight.add(-state.countedWeight);
    }
  }

  /// What is held in memory now, as {@link ConversationState#weight} counts.
  long weight() {
    return weight.get();
  }

  long weightMax() {
    return weightMax;
  }
}
