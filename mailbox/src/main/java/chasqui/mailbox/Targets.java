package chasqui.mailbox;

import chasqui.log.fold.Changes;
import chasqui.log.v1.Entry;
import chasqui.mailbox.store.ChangeRows;
import chasqui.mailbox.v1.Refusal;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gets the messages that are to be changed. One that is not in memory is asked for at the store; changes of it that come
/// meanwhile wait, so none is queued that the answer may or may not know of.
final class Targets {

  /// Goes on with a change whose message is known. Gives the entry that it queued; null if it was refused.
  interface Decider {
    Entry decide(ConversationState state, Ask ask, Counter counter, Target target);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Targets.class);

  private final StripeContext context;
  private final Repeats repeats;
  private final Decider decider;
  private final Depth held = new Depth();

  Targets(StripeContext context, Repeats repeats, Decider decider) {
    this.context = context;
    this.repeats = repeats;
    this.decider = decider;
  }

  /// Takes a change of a message that the caller may name. Its id is not known yet, here or in the store.
  void take(ConversationState state, Ask ask, Counter counter) {
    long seq = ChangeRules.targetOf(ask.append());
    Target target = state.targets.get(seq);
    if (target == null) {
      if (held.get() >= context.config.changes().targetsMax()) {
        context.answers.refuse(ask, Refusals.overloaded("mailbox.targets", context.config.queues().retryAfter()));
        return;
      }
      target = new Target(seq);
      state.targets.put(seq, target);
      held.add(1);
      PendingEntry queued = state.pending(seq);
      if (queued != null) {
        target.known(queued.entry);
      } else {
        look(state, target);
      }
    }
    if (target.waiting != null) {
      // From here on a repeat is looked up, and finds the one that waits.
      if (counter != null) {
        counter.highest = Math.max(counter.highest, ClientMessageId.counter(ask.append().getClientMessageId()));
      }
      target.waiting.add(new Target.Waiting(ask, counter, repeats.hold(state, ask)));
    } else {
      decide(state, ask, counter, target);
      release(state, target);
    }
  }

  private void look(ConversationState state, Target target) {
    long seq = target.seq;
    context.when(
        context.store.conversations().readLog(state.id, seq - 1, seq, 1, Integer.MAX_VALUE, false),
        (entries, failure) -> {
          if (state.dropped) {
            return;
          }
          if (failure != null) {
            refuseAll(state, target, context.readFailed(failure));
          } else if (entries.size() != 1) {
            LOG.error("conversation {}: the log does not hold seq {} below the head", state.id, seq);
            refuseAll(state, target, Refusals.INTERNAL);
          } else {
            lookForChanges(state, target, entries.getFirst());
          }
        });
  }

  private void lookForChanges(ConversationState state, Target target, Entry entry) {
    context.when(
        context.store.conversations().readChanges(
            state.id, target.seq - 1, target.seq, context.config.changes().rowsMax(), false),
        (changes, failure) -> {
          if (state.dropped) {
            return;
          }
          if (failure != null) {
            refuseAll(state, target, context.readFailed(failure));
          } else {
            found(state, target, entry, changes);
          }
        });
  }

  private void found(ConversationState state, Target target, Entry entry, ChangeRows changes) {
    List<Target.Waiting> waiting = target.waiting;
    target.known(entry);
    target.changed(changes);
    for (Target.Waiting one : waiting) {
      decide(state, one.ask(), one.counter(), target);
    }
    release(state, target);
    // Repeats find the entry that the first has queued; if it was refused, they are decided like any other.
    waiting.forEach(one -> repeats.release(state, one.id(), one.counter()));
  }

  private void decide(ConversationState state, Ask ask, Counter counter, Target target) {
    Entry queued = decider.decide(state, ask, counter, target);
    if (queued != null) {
      target.apply(queued);
      target.pending++;
    }
  }

  private void refuseAll(ConversationState state, Target target, Refusal refusal) {
    List<Target.Waiting> waiting = target.waiting;
    target.waiting = null;
    release(state, target);
    waiting.forEach(one -> repeats.refuse(state, one.id(), refusal));
  }

  /// An entry was committed: the store knows it now.
  void committed(ConversationState state, Entry entry) {
    Target target = Changes.isChange(entry) ? state.targets.get(Changes.targetOf(entry)) : null;
    if (target != null) {
      target.pending--;
      release(state, target);
    }
  }

  private void release(ConversationState state, Target target) {
    if (target.pending == 0 && target.waiting == null && state.targets.remove(target.seq, target)) {
      held.add(-1);
    }
  }

  /// The state is dropped. Who waits is answered by {@link Repeats#abandon}.
  void abandon(ConversationState state) {
    held.add(-state.targets.size());
    state.targets.clear();
  }

  long held() {
    return held.get();
  }
}
