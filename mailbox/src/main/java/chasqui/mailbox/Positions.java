package chasqui.mailbox;

import chasqui.mailbox.store.CursorStore.Cursor;
import chasqui.mailbox.store.WatermarkStore.Watermark;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.OpenPosition;
import chasqui.store.v1.DeviceRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Tells where a device stands in conversations, what its user has read, and in a 1:1 conversation how far the other got.
///
/// A stored cursor of the conversation's generation says it. Without one the device is to be sent everything from the
/// join entry on or, if later, from the first entry stamped less than a day before the device was registered; never is
/// the head assumed. A cursor of another generation is like none: what it counted may have been rewound.
final class Positions {

  static final long BEFORE_REGISTRATION_MICROS = 86_400_000_000L;

  private final StripeContext context;
  private final StateReads reads;
  private final Watermarks watermarks;

  Positions(StripeContext context, StateReads reads, Watermarks watermarks) {
    this.context = context;
    this.reads = reads;
    this.watermarks = watermarks;
  }

  void take(Ask ask) {
    if (ask.caller().getDeviceId().isEmpty()) {
      context.answers.refuse(ask, Refusals.invalid("caller.device_id", "the device whose positions are asked"));
      return;
    }
    int conversationsMax = context.config.reads().conversationsMax();
    if (ask.request.getOpenPositions().getConversationIdsCount() > conversationsMax) {
      context.answers.refuse(ask, Refusals.invalid("conversation_ids", "at most " + conversationsMax));
      return;
    }
    List<String> ids =
        List.copyOf(new LinkedHashSet<>(ask.request.getOpenPositions().getConversationIdsList()));
    reads.many(ask, ids, states -> new Run(ask, states).loadCursors());
  }

  private final class Run {
    private final Ask ask;
    private final List<ConversationState> visible = new ArrayList<>();
    private final chasqui.mailbox.v1.Positions.Builder answer = chasqui.mailbox.v1.Positions.newBuilder();
    private final Map<String, ConversationState> byId = new HashMap<>();
    private int missing;

    Run(Ask ask, List<ConversationState> states) {
      this.ask = ask;
      for (ConversationState state : states) {
        if (state.clippedHead(userId()) > 0) {
          visible.add(state);
        }
      }
    }

    void loadCursors() {
      if (visible.isEmpty()) {
        give();
        return;
      }
      List<String> ids = new ArrayList<>(visible.size());
      visible.forEach(state -> ids.add(state.id));
      context.when(context.store.cursors().load(userId(), ask.caller().getDeviceId(), ids), this::useCursors);
    }

    private void useCursors(Map<String, Cursor> cursors, Throwable failure) {
      if (failure != null) {
        context.answers.refuse(ask, context.readFailed(failure));
        return;
      }
      List<ConversationState> without = new ArrayList<>();
      for (ConversationState state : visible) {
        Cursor cursor = cursors.get(state.id);
        if (cursor != null && cursor.generation() == state.generation) {
          add(state, cursor.acked(), true);
        } else {
          without.add(state);
        }
      }
      if (without.isEmpty()) {
        give();
        return;
      }
      missing = without.size();
      context.when(context.store.users().loadDevice(userId(), ask.caller().getDeviceId()),
          (device, failed) -> findStarts(without, device, failed));
    }

    private void findStarts(List<ConversationState> without, Optional<DeviceRow> device, Throwable failure) {
      if (failure != null) {
        context.answers.refuse(ask, context.readFailed(failure));
        return;
      }
      // A device that was never registered is sent all that its user may read.
      long since = device.map(row -> row.getRegisteredMicros() - BEFORE_REGISTRATION_MICROS).orElse(0L);
      for (ConversationState state : without) {
        context.when(
            context.store.conversations().firstSeqSince(state.id, since, state.clippedHead(userId())),
            (first, failed) -> found(state, first, failed));
      }
    }

    private void found(ConversationState state, Long first, Throwable failure) {
      if (ask.answered) {
        return;
      }
      if (failure != null) {
        context.answers.refuse(ask, context.readFailed(failure));
        return;
      }
      add(state, first - 1, false);
      missing--;
      if (missing == 0) {
        give();
      }
    }

    private void add(ConversationState state, long acked, boolean hasCursor) {
      long head = state.clippedHead(userId());
      long beforeJoin = state.roster.newest(userId()).firstJoinSeq() - 1;
      byId.put(state.id, state);
      answer.addPositions(OpenPosition.newBuilder()
          .setConversationId(state.id)
          .setGeneration(state.generation)
          .setAcked(Math.min(Math.max(acked, beforeJoin), head))
          .setHead(head)
          .setRewound(!hasCursor && state.generation > 1)
          .setHasCursor(hasCursor));
    }

    private String userId() {
      return ask.caller().getUserId();
    }

    private void give() {
      watermarks.load(visible, this::toldOf, failure -> {
        if (failure != null) {
          context.answers.refuse(ask, context.readFailed(failure));
          return;
        }
        for (int i = 0; i < visible.size(); i++) {
          addReceipts(byId.get(answer.getPositions(i).getConversationId()), answer.getPositionsBuilder(i));
        }
        context.answers.give(ask, MailboxResponse.newBuilder().setPositions(answer));
      });
    }

    private Collection<String> toldOf(ConversationState state) {
      return state.isGroup() ? List.of(userId()) : state.roster.openUsers();
    }

    private void addReceipts(ConversationState state, OpenPosition.Builder position) {
      position.setReadState(Watermarks.readState(state, userId()));
      for (String user : toldOf(state)) {
        if (!user.equals(userId())) {
          Watermark watermark = state.watermarks.getOrDefault(user, Watermark.NOTHING);
          position.addReceipts(Watermarks.receipt(state, user, watermark, 1, position.getHead()));
        }
      }
    }
  }
}
