package chasqui.mailbox;

import chasqui.log.v1.Entry;
import chasqui.mailbox.Decision.Accepted;
import chasqui.mailbox.Decision.Refused;
import chasqui.mailbox.IdLookup.Id;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.Caller;
import chasqui.mailbox.v1.Refusal;
import com.google.protobuf.ByteString;

/// Takes appends from their arrival to the commit queue, each id at most once.
///
/// A counted id above the highest counter known, queued ones included, is new and is looked up nowhere. Any other id is
/// looked for among what is queued and in flight, then in the store: found, the append is a repeat and shares the first
/// outcome; not found, it is a late first arrival. A repeat gets its first answer even if the sender has left since: the
/// sender knows of that entry anyway. A new id of somebody who is no member gets `NOT_FOUND`.
final class Appends {

  private final StripeContext context;
  private final StateCache states;
  private final CommitQueue queue;
  private final Rules rules;
  private final Repeats repeats;
  private final Counters counters;
  private final Targets targets;
  private final ConversationBudgets budgets;
  private long storeFullSinceMicros;
  private long storeFullUntilMicros;

  Appends(StripeContext context, StateCache states, CommitQueue queue, Rules rules) {
    this.context = context;
    this.states = states;
    this.queue = queue;
    this.rules = rules;
    this.repeats = new Repeats(context, this::appendNew);
    this.counters = new Counters(context, states, this::proceed);
    this.budgets = new ConversationBudgets(context.config.budgets(), context.metrics);
    this.targets = new Targets(context, repeats, this::decideChange);
  }

  void take(Ask ask) {
    Append append = ask.append();
    Refusal problem = problem(ask.caller(), append);
    if (problem == null && isPaused()) {
      problem = Refusals.storeFull(context.config.batches().storeFullPause());
    }
    if (problem == null && context.store.journal().isStuck(context.stripe)) {
      problem = Refusals.unavailable("the store does not take commits now", context.config.queues().retryAfter());
    }
    if (problem != null) {
      context.answers.refuse(ask, problem);
      return;
    }
    ConversationState state = states.get(append.getConversationId());
    if (state != null) {
      enter(state, ask);
    } else {
      load(ask, append);
    }
  }

  /// The store had no room: appends are refused at admission for a while.
  void storeFull() {
    storeFullSinceMicros = context.nowMicros;
    storeFullUntilMicros = context.nowMicros + context.config.batches().storeFullPause().toNanos() / 1_000;
  }

  /// An entry was committed.
  void committed(ConversationState state, Entry entry) {
    targets.committed(state, entry);
  }

  /// Messages held because changes of them wait.
  long targetsHeld() {
    return targets.held();
  }

  // The clock may be put back: a pause that lies in the future as a whole would last for as long as it was put back by.
  private boolean isPaused() {
    return context.nowMicros >= storeFullSinceMicros && context.nowMicros < storeFullUntilMicros;
  }

  /// The state is dropped: whoever waits on it is answered, and nothing that waits for it comes back.
  void abandon(ConversationState state, Refusal refusal) {
    targets.abandon(state);
    repeats.abandon(state, refusal);
    counters.abandon(state, refusal);
  }

  private static Refusal problem(Caller caller, Append append) {
    if (append.getConversationId().isEmpty()) {
      return Refusals.invalid("conversation_id", "1 to 64 bytes");
    }
    Refusal problem = Rules.userProblem("caller.user_id", caller.getUserId());
    return problem != null ? problem : ClientMessageId.problem(append);
  }

  private void load(Ask ask, Append append) {
    states.use(append.getConversationId(), new StateCache.Waiter() {
      @Override
      public void loaded(ConversationState state) {
        enter(state, ask);
      }

      @Override
      public void failed(Refusal refusal) {
        context.answers.refuse(ask, refusal);
      }
    });
  }

  private void enter(ConversationState state, Ask ask) {
    if (state.distrusted) {
      context.answers.refuse(ask, context.reloading());
      return;
    }
    if (state.holders >= context.config.queues().openPerConversationMax()) {
      context.answers.refuse(ask, Refusals.overloaded("mailbox.conversation", context.config.queues().retryAfter()));
      return;
    }
    ask.hold(state);
    if (ask.append().hasCreate()) {
      create(state, ask);
    } else {
      proceed(state, ask);
    }
  }

  private void create(ConversationState state, Ask ask) {
    switch (rules.create().decide(ask.caller(), ask.append())) {
      case Refused refused -> context.answers.refuse(ask, refused.refusal());
      case Accepted accepted when state.exists() -> repeats.answerCreation(state, ask, accepted);
      case Accepted accepted ->
          enqueue(state, ask, accepted, ClientMessageId.isCounted(ask.append()) ? counters.fresh(state, ask) : null);
    }
  }

  // Never waits for the store in steady state: state and counter are in memory, and the counter is new.
  private void proceed(ConversationState state, Ask ask) {
    Caller caller = ask.caller();
    // Before anything is looked up: a stranger costs the store nothing beyond the state.
    if (state.roster.newest(caller.getUserId()) == null) {
      context.refuseConfirmed(ask, Refusals.NOT_FOUND);
      return;
    }
    ByteString id = ask.append().getClientMessageId();
    if (!ClientMessageId.isCounted(ask.append())) {
      repeats.find(state, ask, new Id(caller.getUserId(), caller.getDeviceId(), false, id), null);
      return;
    }
    Counter counter = counters.of(state, ask);
    if (counter.waiting != null) {
      counter.waiting.add(ask);
    } else if (ClientMessageId.counter(id) > counter.highest) {
      appendNew(state, ask, counter);
    } else {
      repeats.find(state, ask, new Id(caller.getUserId(), caller.getDeviceId(), true, id), counter);
    }
  }

  private void appendNew(ConversationState state, Ask ask, Counter counter) {
    Refusal overtaking = budgets.overtaking(counter, ask.append(), context.nowMicros);
    if (overtaking != null) {
      context.answers.refuse(ask, overtaking);
      return;
    }
    if (ChangeRules.isChange(ask.append())) {
      Refused refused = rules.changes().before(state, ask.caller().getUserId(), ask.append());
      if (refused != null) {
        context.refuseConfirmed(ask, refused.refusal());
      } else {
        targets.take(state, ask, counter);
      }
      return;
    }
    switch (rules.decide(state, ask.caller().getUserId(), ask.append())) {
      case Refused refused -> context.refuseConfirmed(ask, refused.refusal());
      case Accepted accepted -> admit(state, ask, accepted, counter);
    }
  }

  private Entry decideChange(ConversationState state, Ask ask, Counter counter, Target target) {
    return switch (rules.changes().decide(state, ask.caller().getUserId(), ask.append(), target, context.nowMicros)) {
      case Refused refused -> {
        context.refuseConfirmed(ask, refused.refusal());
        yield null;
      }
      case Accepted accepted -> admit(state, ask, accepted, counter);
    };
  }

  /// Queues what the conversation's budget allows; the entry, or null where it was refused.
  private Entry admit(ConversationState state, Ask ask, Accepted accepted, Counter counter) {
    Refusal spent = budgets.take(state, counter, ask.append(), context.nowMicros);
    if (spent != null) {
      context.answers.refuse(ask, spent);
      return null;
    }
    return enqueue(state, ask, accepted, counter);
  }

  private Entry enqueue(ConversationState state, Ask ask, Accepted accepted, Counter counter) {
    PendingEntry pending = Tip.advance(state, ask, accepted, counter, context.nowMicros);
    if (counter != null) {
      counter.highest = Math.max(counter.highest, ClientMessageId.counter(pending.entry.getClientMessageId()));
    }
    queue.add(state, pending);
    return pending.entry;
  }
}
