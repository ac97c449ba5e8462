package chasqui.mailbox;

import chasqui.log.v1.Entry;
import chasqui.mailbox.Decision.Accepted;
import chasqui.mailbox.IdLookup.Id;
import chasqui.mailbox.v1.Caller;
import chasqui.mailbox.v1.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out whether an id was used before, and gives whoever repeats it the first outcome.
final class Repeats {

  /// Goes on with an append whose id was never used.
  interface FirstArrival {
    void append(ConversationState state, Ask ask, Counter counter);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Repeats.class);

  private final StripeContext context;
  private final FirstArrival firstArrival;

  Repeats(StripeContext context, FirstArrival firstArrival) {
    this.context = context;
    this.firstArrival = firstArrival;
  }

  /// Looks for the id: among what waits for a commit, among the look-ups under way, then in the store.
  ///
  /// @param counter the counter to raise if the id is new; null for ids that are not counted
  void find(ConversationState state, Ask ask, Id id, Counter counter) {
    PendingEntry pending = state.pending(id);
    if (pending != null) {
      share(pending, ask, Payloads.same(pending.entry, ask.append()));
      return;
    }
    for (IdLookup under : state.lookups) {
      if (under.id.equals(id)) {
        under.asks.add(ask);
        return;
      }
    }
    IdLookup lookup = new IdLookup(id);
    lookup.asks.add(ask);
    state.lookups.add(lookup);
    context.when(
        context.store.conversations().findId(
            state.id, id.userId(), id.deviceId(), id.counted(), id.clientMessageId().toByteArray()),
        (found, failure) -> lookedUp(state, lookup, counter, found, failure));
  }

  /// Answers a creation of what is there already, or is about to be.
  void answerCreation(ConversationState state, Ask ask, Accepted creation) {
    PendingEntry first = state.inFlight.isEmpty() ? state.queue.peekFirst() : state.inFlight.getFirst();
    if (first != null && first.entry.getSeq() == 1) {
      share(first, ask, CreateRules.isRepeat(first.entry, creation));
      return;
    }
    answerFromLog(state, List.of(ask), 1, (entry, repeat) -> CreateRules.isRepeat(entry, creation));
  }

  /// Lets repeats of an append wait that itself waits for something else. Its id is new, or was looked up.
  IdLookup hold(ConversationState state, Ask ask) {
    Caller caller = ask.caller();
    IdLookup lookup = new IdLookup(new Id(
        caller.getUserId(), caller.getDeviceId(), ClientMessageId.isCounted(ask.append()),
        ask.append().getClientMessageId()));
    lookup.asks.add(ask);
    state.lookups.add(lookup);
    return lookup;
  }

  /// The append was decided; its repeats go on.
  void release(ConversationState state, IdLookup lookup, Counter counter) {
    if (state.lookups.remove(lookup)) {
      lookup.asks.subList(1, lookup.asks.size()).forEach(ask -> find(state, ask, lookup.id, counter));
    }
  }

  /// The append was refused, and its repeats with it.
  void refuse(ConversationState state, IdLookup lookup, Refusal refusal) {
    if (state.lookups.remove(lookup)) {
      refuseAll(lookup.asks, refusal);
    }
  }

  void abandon(ConversationState state, Refusal refusal) {
    List<IdLookup> lookups = new ArrayList<>(state.lookups);
    state.lookups.clear();
    lookups.forEach(lookup -> lookup.asks.forEach(ask -> context.answers.refuseUnlessAnswered(ask, refusal)));
  }

  private void share(PendingEntry pending, Ask ask, boolean samePayload) {
    if (samePayload) {
      pending.join(ask);
    } else {
      context.answers.refuse(ask, Refusals.ID_REUSED);
    }
  }

  private void lookedUp(
      ConversationState state, IdLookup lookup, Counter counter, OptionalLong found, Throwable failure) {
    if (!state.lookups.remove(lookup)) {
      return;
    }
    if (failure != null) {
      refuseAll(lookup.asks, context.readFailed(failure));
    } else if (found.isPresent()) {
      answerFromLog(state, lookup.asks, found.getAsLong(), (entry, ask) -> Payloads.same(entry, ask.append()));
    } else {
      firstArrival.append(state, lookup.asks.getFirst(), counter);
      // The others find the entry that the first has queued; if it was refused, the next is the first.
      for (Ask ask : lookup.asks.subList(1, lookup.asks.size())) {
        find(state, ask, lookup.id, counter);
      }
    }
  }

  private interface SamePayload {
    boolean test(Entry entry, Ask ask);
  }

  private void answerFromLog(ConversationState state, List<Ask> asks, long seq, SamePayload same) {
    context.when(
        context.store.conversations().readLog(state.id, seq - 1, seq, 1, Integer.MAX_VALUE, false),
        (entries, failure) -> {
          if (failure != null) {
            refuseAll(asks, context.readFailed(failure));
            return;
          }
          if (entries.size() != 1 || entries.getFirst().getSeq() != seq) {
            LOG.error("conversation {}: the log does not hold seq {}, which an id names", state.id, seq);
            refuseAll(asks, Refusals.INTERNAL);
            return;
          }
          for (Ask ask : asks) {
            if (same.test(entries.getFirst(), ask)) {
              context.answers.appended(ask, state, entries.getFirst(), true);
            } else {
              context.answers.refuse(ask, Refusals.ID_REUSED);
            }
          }
        });
  }

  private void refuseAll(List<Ask> asks, Refusal refusal) {
    asks.forEach(ask -> context.answers.refuse(ask, refusal));
  }
}
