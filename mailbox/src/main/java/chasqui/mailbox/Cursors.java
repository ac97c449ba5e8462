package chasqui.mailbox;

import chasqui.discovery.CrashPoint;
import chasqui.mailbox.store.CursorStore.Cursor;
import chasqui.mailbox.store.WatermarkStore.Watermark;
import chasqui.mailbox.v1.CursorUpdate;
import chasqui.mailbox.v1.CursorsSaved;
import chasqui.mailbox.v1.MailboxResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Stores how far a device has acked, never beyond what its user may read, and with it what its user received on any
/// device. An update for another generation, or for a
/// conversation that the caller may not know of, is left out of the answer.
final class Cursors {

  private final StripeContext context;
  private final StateReads reads;
  private final Watermarks watermarks;

  Cursors(StripeContext context, StateReads reads, Watermarks watermarks) {
    this.context = context;
    this.reads = reads;
    this.watermarks = watermarks;
  }

  void take(Ask ask) {
    if (ask.caller().getDeviceId().isEmpty()) {
      context.answers.refuse(ask, Refusals.invalid("caller.device_id", "the device whose cursors are stored"));
      return;
    }
    int conversationsMax = context.config.reads().conversationsMax();
    if (ask.request.getSaveCursors().getCursorsCount() > conversationsMax) {
      context.answers.refuse(ask, Refusals.invalid("cursors", "at most " + conversationsMax));
      return;
    }
    Map<String, CursorUpdate> updates = new LinkedHashMap<>();
    for (CursorUpdate update : ask.request.getSaveCursors().getCursorsList()) {
      updates.merge(update.getConversationId(), update, Cursors::further);
    }
    reads.many(ask, List.copyOf(updates.keySet()), states -> save(ask, states, updates));
  }

  private static CursorUpdate further(CursorUpdate one, CursorUpdate other) {
    int byGeneration = Long.compareUnsigned(one.getGeneration(), other.getGeneration());
    int order = byGeneration != 0 ? byGeneration : Long.compareUnsigned(one.getAcked(), other.getAcked());
    return order >= 0 ? one : other;
  }

  private void save(Ask ask, List<ConversationState> states, Map<String, CursorUpdate> updates) {
    Map<String, Cursor> cursors = new LinkedHashMap<>();
    CursorsSaved.Builder saved = CursorsSaved.newBuilder();
    for (ConversationState state : states) {
      CursorUpdate update = updates.get(state.id);
      long head = state.clippedHead(ask.caller().getUserId());
      if (head == 0 || update.getGeneration() != state.generation) {
        continue;
      }
      // Unsigned on the wire: a negative number is beyond any head.
      long acked = update.getAcked() < 0 ? head : Math.min(update.getAcked(), head);
      cursors.put(state.id, new Cursor(state.generation, acked));
      saved.addCursors(update.toBuilder().setAcked(acked));
    }
    if (cursors.isEmpty()) {
      context.answers.give(ask, MailboxResponse.newBuilder().setCursorsSaved(saved));
      return;
    }
    List<ConversationState> written = states.stream().filter(state -> cursors.containsKey(state.id)).toList();
    watermarks.load(written, ask.caller().getUserId(), failure -> {
      if (failure != null) {
        context.answers.refuse(ask, context.readFailed(failure));
      } else {
        save(ask, written, cursors, saved);
      }
    });
  }

  private void save(
      Ask ask, List<ConversationState> states, Map<String, Cursor> cursors, CursorsSaved.Builder saved) {
    String userId = ask.caller().getUserId();
    Map<String, Watermark> received = Watermarks.received(states, userId, cursors);
    context.crashPoints.reach(CrashPoint.BEFORE_CURSOR_SAVE);
    // The watermark first: what is written is written in order, and a cursor beyond it would hide for ever that it is.
    CompletionStage<Void> watermark = received.isEmpty()
        ? CompletableFuture.completedStage(null)
        : context.store.watermarks().save(userId, received);
    CompletionStage<Void> stored = context.store.cursors().save(userId, ask.caller().getDeviceId(), cursors)
        .thenCombine(watermark, (one, other) -> null);
    context.when(stored, (done, failure) -> {
      if (failure != null) {
        context.answers.refuse(ask, context.writeFailed(failure));
        return;
      }
      context.crashPoints.reach(CrashPoint.AFTER_CURSOR_SAVE);
      // A cursor is merged by its value and read from the store each time: whoever wrote it, it holds. A watermark is kept in
      // memory by the owner: confirmed again, so that the next owner, if there is one, loads it after this write.
      Runnable answer = () -> {
        watermarks.stored(ask, states, received);
        context.answers.give(ask, MailboxResponse.newBuilder().setCursorsSaved(saved));
      };
      if (received.isEmpty()) {
        answer.run();
      } else {
        context.confirmed(answer, () -> context.answers.refuse(ask, Refusals.OUTCOME_UNKNOWN));
      }
    });
  }
}
