package chasqui.mailbox;

import chasqui.mailbox.PendingEntry.Effects;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.ConversationRow;
import chasqui.store.v1.CounterRow;
import chasqui.store.v1.IdRow;
import chasqui.store.v1.JournalBatch;
import chasqui.store.v1.MarkRows;
import chasqui.store.v1.MembershipRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes down what a commit changes: per conversation its new entries and all that follows from them.
final class BatchBuilder {

  private static final long MICROS_PER_DAY = 86_400_000_000L;

  private BatchBuilder() {}

  /// Days since the epoch (UTC) of a stamp.
  static int dayOf(long stampMicros) {
    return (int) Math.floorDiv(stampMicros, MICROS_PER_DAY);
  }

  static JournalBatch build(long batchNumber, List<ConversationState> conversations) {
    JournalBatch.Builder batch = JournalBatch.newBuilder().setBatchNumber(batchNumber);
    for (ConversationState state : conversations) {
      batch.addCommits(commit(state));
    }
    return batch.build();
  }

  private static ConversationCommit commit(ConversationState state) {
    ConversationCommit.Builder commit = ConversationCommit.newBuilder().setConversationId(state.id);
    for (PendingEntry pending : state.inFlight) {
      commit.addEntries(pending.entry);
      addId(commit, pending);
      addMarks(commit, pending);
      commit.addAllEmptied(pending.effects.emptied());
    }
    addMemberships(commit, state);
    addCounters(commit, state);
    return commit.setRow(row(state)).build();
  }

  private static ConversationRow row(ConversationState state) {
    PendingEntry last = state.inFlight.getLast();
    return ConversationRow.newBuilder()
        .setKind(state.kind)
        .setTitle(last.after.title())
        .setHead(last.entry.getSeq())
        .setStampMicros(last.entry.getStampMicros())
        .setGeneration(state.generation)
        .setRosterSeq(last.after.rosterSeq())
        .addAllPinnedSeqs(last.after.pins())
        .setMessageCount(last.after.messages())
        .build();
  }

  private static void addId(ConversationCommit.Builder commit, PendingEntry pending) {
    if (pending.entry.getClientMessageId().isEmpty()) {
      return;
    }
    commit.addIds(IdRow.newBuilder()
        .setUserId(pending.entry.getSenderUser())
        .setDeviceId(pending.entry.getSenderDevice())
        .setCounted(pending.counted)
        .setClientMessageId(pending.entry.getClientMessageId())
        .setSeq(pending.entry.getSeq()));
  }

  private static void addMarks(ConversationCommit.Builder commit, PendingEntry pending) {
    Effects effects = pending.effects;
    if (!effects.marked().isEmpty()) {
      commit.addMarks(MarkRows.newBuilder()
          .setDay(effects.markedDay())
          .addAllUserIds(effects.marked())
          .setLasting(effects.lasting()));
    }
  }

  // An interval that changes twice in one commit is written once, as it is after the last change.
  private static void addMemberships(ConversationCommit.Builder commit, ConversationState state) {
    if (state.inFlight.size() == 1) {
      commit.addAllMemberships(state.inFlight.getFirst().effects.rows());
      return;
    }
    record Interval(String userId, long joinSeq) {}
    Map<Interval, MembershipRow> rows = new LinkedHashMap<>();
    for (PendingEntry pending : state.inFlight) {
      for (MembershipRow row : pending.effects.rows()) {
        rows.put(new Interval(row.getUserId(), row.getJoinSeq()), row);
      }
    }
    commit.addAllMemberships(rows.values());
  }

  // One row for each counter that rose, with the highest that this commit holds.
  private static void addCounters(ConversationCommit.Builder commit, ConversationState state) {
    for (PendingEntry pending : state.inFlight) {
      Counter counter = pending.counter;
      if (counter != null) {
        long number = ClientMessageId.counter(pending.entry.getClientMessageId());
        if (number > counter.written) {
          counter.written = number;
          counter.unwritten = true;
        }
      }
    }
    for (PendingEntry pending : state.inFlight) {
      Counter counter = pending.counter;
      if (counter != null && counter.unwritten) {
        counter.unwritten = false;
        commit.addCounters(CounterRow.newBuilder()
            .setUserId(counter.key.userId())
            .setDeviceId(counter.key.deviceId())
            .setCounter(counter.written));
      }
    }
  }
}
