package chasqui.mailbox;

import chasqui.discovery.CrashPoint;
import chasqui.mailbox.CommitQueue.Taken;
import chasqui.mailbox.store.CommitOutcome;
import chasqui.mailbox.v1.MarksStored;
import chasqui.mailbox.v1.Refusal;
import chasqui.store.v1.JournalBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Commits what is queued, one batch at a time, and tells what became of it. Nothing is acked before its commit.
final class Committer {

  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

  private final StripeContext context;
  private final StateCache states;
  private final CommitQueue queue;
  private final Appends appends;
  private final Unsettled unsettled;
  private long nextBatchNumber = 1;
  private boolean underWay;

  Committer(StripeContext context, StateCache states, CommitQueue queue, Appends appends, Unsettled unsettled) {
    this.context = context;
    this.states = states;
    this.queue = queue;
    this.appends = appends;
    this.unsettled = unsettled;
  }

  /// Hands the next batch to the journal, if there is one and none is under way.
  void flush() {
    if (underWay || queue.isEmpty()) {
      return;
    }
    Taken taken = queue.take();
    JournalBatch batch = BatchBuilder.build(nextBatchNumber, taken.conversations());
    underWay = true;
    long startedMicros = context.nowMicros;
    context.crashPoints.reach(CrashPoint.BEFORE_JOURNAL_COMMIT);
    context.when(context.store.journal().commit(context.stripe, batch), (outcome, failure) -> {
      underWay = false;
      if (outcome instanceof CommitOutcome.Committed) {
        context.metrics.committed(taken.entries(), batch.getSerializedSize(), context.nowMicros - startedMicros);
      }
      settle(taken, failure == null ? outcome : new CommitOutcome.Unknown(failure.toString()));
    });
  }

  boolean isIdle() {
    return !underWay && queue.isEmpty();
  }

  private void settle(Taken taken, CommitOutcome outcome) {
    switch (outcome) {
      case CommitOutcome.Committed committed -> {
        nextBatchNumber++;
        context.crashPoints.reach(CrashPoint.AFTER_JOURNAL_COMMIT);
        boolean marksStored = committed.applied() == CommitOutcome.Committed.AT_ONCE;
        List<ToldLater> later = new ArrayList<>(0);
        taken.conversations().forEach(state -> committed(state, marksStored ? null : later));
        if (!later.isEmpty()) {
          tellOnceStored(committed.applied(), later);
        }
      }
      case CommitOutcome.StoreFull full -> {
        // The number stays free: nothing was stored under it, and numbers are dense.
        LOG.warn("stripe {}: the store has no room for {} entries: {}", context.stripe, taken.entries(), full.detail());
        appends.storeFull();
        Refusal refusal = Refusals.storeFull(context.config.batches().storeFullPause());
        taken.conversations().forEach(state -> fail(state, refusal, refusal));
      }
      case CommitOutcome.Unknown unknown -> {
        // The number may be taken, now or later: it is never used for another batch.
        nextBatchNumber++;
        LOG.error("stripe {}: outcome of {} entries unknown: {}", context.stripe, taken.entries(), unknown.detail());
        Refusal behind = Refusals.unavailable(
            "an earlier write of the conversation has an unknown outcome; nothing was stored of this one",
            context.config.queues().retryAfter());
        for (ConversationState state : taken.conversations()) {
          List<PendingEntry> entries = List.copyOf(state.inFlight);
          fail(state, Refusals.OUTCOME_UNKNOWN, behind);
          unsettled.find(state.id, entries);
        }
      }
    }
  }

  /// Marks that are told of once they are stored.
  private record ToldLater(MailboxPort port, MarksStored marks) {}

  // Where that never comes the store was closed: the links end too, and who opens the next compares everything.
  private void tellOnceStored(CompletionStage<Void> applied, List<ToldLater> later) {
    context.when(applied, (done, failure) -> {
      if (failure == null) {
        later.forEach(told -> context.answers.marksStored(told.port, told.marks));
      }
    });
  }

  /// @param later takes what is to be told once the marks are stored; null where they are
  private void committed(ConversationState state, List<ToldLater> later) {
    for (PendingEntry pending : state.inFlight) {
      Invariants.check(pending.entry.getSeq() == state.head + 1, "seq is dense");
      state.head++;
      state.stampMicros = pending.entry.getStampMicros();
      state.title = pending.after.title();
      state.pins = pending.after.pins();
      state.rosterSeq = pending.after.rosterSeq();
      state.messages = pending.after.messages();
      if (pending.effects.tally() != null) {
        pending.effects.tally().settle();
      }
      if (pending.effects.roster() != null) {
        pending.effects.roster().settle(state.roster);
      }
      appends.committed(state, pending.entry);
    }
    for (PendingEntry pending : state.inFlight) {
      context.crashPoints.reach(CrashPoint.BEFORE_ACK);
      context.answers.appended(pending.ask, state, pending.entry, false);
      context.crashPoints.reach(CrashPoint.AFTER_ACK);
      if (pending.repeats != null) {
        pending.repeats.forEach(ask -> context.answers.appended(ask, state, pending.entry, true));
      }
      context.crashPoints.reach(CrashPoint.BEFORE_PUSH);
      context.answers.push(state, pending, later == null);
      context.crashPoints.reach(CrashPoint.AFTER_PUSH);
      if (later != null && !pending.effects.marked().isEmpty()) {
        later.add(new ToldLater(pending.ask.port, marksOf(state, pending)));
      }
    }
    state.inFlight.clear();
    states.reweigh(state);
    if (state.distrusted) {
      distrust(state);
    }
  }

  private static MarksStored marksOf(ConversationState state, PendingEntry pending) {
    return MarksStored.newBuilder()
        .setConversationId(state.id)
        .setGeneration(state.generation)
        .setSeq(pending.entry.getSeq())
        .setRosterSeq(pending.after.rosterSeq())
        .addAllMarkedUsers(pending.effects.marked())
        .build();
  }

  /// A bug of ours may have left the state half changed: it is read again, once no commit of it is under way.
  void distrust(ConversationState state) {
    state.distrusted = true;
    if (state.inFlight.isEmpty()) {
      fail(state, Refusals.INTERNAL, context.reloading());
    }
  }

  // What is queued behind a failed entry has a `seq` that will not come to be, so it is refused; its senders' order is
  // kept, since they repeat from the first on.
  private void fail(ConversationState state, Refusal inFlight, Refusal behind) {
    List<PendingEntry> failed = List.copyOf(state.inFlight);
    state.inFlight.clear();
    List<PendingEntry> queuedBehind = queue.withdraw(state);
    states.drop(state);
    appends.abandon(state, behind);
    failed.forEach(pending -> refuse(pending, inFlight));
    queuedBehind.forEach(pending -> refuse(pending, behind));
  }

  private void refuse(PendingEntry pending, Refusal refusal) {
    context.answers.refuseUnlessAnswered(pending.ask, refusal);
    if (pending.repeats != null) {
      pending.repeats.forEach(ask -> context.answers.refuseUnlessAnswered(ask, refusal));
    }
  }
}
