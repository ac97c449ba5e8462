package chasqui.mailbox;

import chasqui.mailbox.store.CursorStore.Cursor;
import chasqui.mailbox.store.WatermarkStore.Delivered;
import chasqui.mailbox.store.WatermarkStore.Read;
import chasqui.mailbox.store.WatermarkStore.Watermark;
import chasqui.mailbox.v1.MemberReceipt;
import chasqui.mailbox.v1.ReadState;
import chasqui.mailbox.v1.ReceiptMoved;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/// How far users have received and read, in the memory of their conversations: loaded once, raised by what is stored. A
/// watermark of another generation is like none, as a cursor is.
final class Watermarks {

  private final StripeContext context;
  private final StateCache states;

  Watermarks(StripeContext context, StateCache states) {
    this.context = context;
    this.states = states;
  }

  /// Calls `then` once the watermarks of one user are in the memory of these states: with null, or with what went wrong.
  void load(List<ConversationState> wanted, String userId, Consumer<Throwable> then) {
    load(wanted, state -> List.of(userId), then);
  }

  /// Calls `then` once, when all are there or one read has failed.
  void load(
      List<ConversationState> wanted, Function<ConversationState, Collection<String>> users, Consumer<Throwable> then) {
    Loading loading = new Loading(then);
    for (ConversationState state : wanted) {
      List<String> missing = new ArrayList<>(2);
      for (String userId : users.apply(state)) {
        if (!state.watermarks.containsKey(userId)) {
          missing.add(userId);
        }
      }
      if (!missing.isEmpty()) {
        loading.read(state, missing);
      }
    }
    loading.answered(null);
  }

  private final class Loading {
    private final Consumer<Throwable> then;
    // One more than there are, so that nothing goes on while reads are still asked for.
    private int open = 1;
    private boolean failed;

    Loading(Consumer<Throwable> then) {
      this.then = then;
    }

    void read(ConversationState state, List<String> users) {
      open++;
      context.when(context.store.watermarks().load(state.id, users), (found, failure) -> {
        if (failure == null) {
          // What was stored meanwhile is in memory already.
          users.forEach(user -> raise(state, user, found.getOrDefault(user, Watermark.NOTHING)));
        }
        answered(failure);
      });
    }

    void answered(Throwable failure) {
      open--;
      if (!failed && (failure != null || open == 0)) {
        failed = failure != null;
        then.accept(failure);
      }
    }
  }

  private void raise(ConversationState state, String userId, Watermark watermark) {
    state.watermarks.merge(userId, watermark, Watermark::further);
    states.reweigh(state);
  }

  /// What a user received; loaded before.
  static Delivered delivered(ConversationState state, String userId) {
    Delivered delivered = state.watermarks.getOrDefault(userId, Watermark.NOTHING).delivered();
    return delivered.generation() == state.generation ? delivered : Delivered.NOTHING;
  }

  /// What a user read; loaded before.
  static Read read(ConversationState state, String userId) {
    Read read = state.watermarks.getOrDefault(userId, Watermark.NOTHING).read();
    return read.generation() == state.generation ? read : Read.NOTHING;
  }

  /// A user's watermarks as another member, who may see `first` to `head`, is told of them.
  static MemberReceipt receipt(ConversationState state, String userId, Watermark watermark, long first, long head) {
    boolean received = watermark.delivered().generation() == state.generation;
    boolean seen = watermark.read().generation() == state.generation;
    return MemberReceipt.newBuilder()
        .setUserId(userId)
        .setDelivered(received ? clip(watermark.delivered().seq(), first, head) : 0)
        .setRead(seen ? clip(watermark.read().seq(), first, head) : 0)
        .build();
  }

  private static long clip(long seq, long first, long head) {
    return seq < first ? 0 : Math.min(seq, head);
  }

  /// How far the user has read, and what is left; loaded before.
  static ReadState readState(ConversationState state, String userId) {
    Read read = read(state, userId);
    Interval interval = Interval.of(state, userId);
    boolean counted = read.joinSeq() == interval.joinSeq();
    // Never below zero, though messages from before they were counted may have been read.
    return ReadState.newBuilder()
        .setRead(read.seq())
        .setUnreadMessages(Math.max(0, interval.messages() - (counted ? read.messages() : 0)))
        .setUnreadMentions(Math.max(0, interval.mentions() - (counted ? read.mentions() : 0)))
        .build();
  }

  /// The newest interval of a user's membership as of the committed head: where it begins and ends, and what others said
  /// in it.
  record Interval(long joinSeq, long end, long messages, long mentions) {
    static Interval of(ConversationState state, String userId) {
      Membership membership = state.roster.newest(userId).begunAt(state.head);
      boolean open = membership.isOpenAt(state.head);
      long messages = (open ? state.messages : membership.messagesAtLeave) - membership.messagesBefore;
      return new Interval(
          membership.joinSeq, membership.endAt(state.head), messages - membership.committedSent,
          membership.committedMentions);
    }
  }

  /// These watermarks of a user are stored: later answers know of them, and the members are told of what rose.
  void stored(Ask ask, List<ConversationState> written, Map<String, Watermark> watermarks) {
    String userId = ask.caller().getUserId();
    for (ConversationState state : written) {
      Watermark watermark = watermarks.get(state.id);
      if (watermark == null) {
        continue;
      }
      Delivered deliveredBefore = delivered(state, userId);
      Read readBefore = read(state, userId);
      raise(state, userId, watermark);
      ConversationState now = states.get(state.id);
      if (now != null && now != state) {
        // It was loaded anew meanwhile, and this is but a part of what is stored of the user.
        load(List.of(now), userId, failure -> {
          if (failure == null) {
            raise(now, userId, watermark);
          }
        });
      }
      tell(ask, state, delivered(state, userId).isBeyond(deliveredBefore), read(state, userId).isBeyond(readBefore));
    }
  }

  private void tell(Ask ask, ConversationState state, boolean received, boolean seen) {
    String userId = ask.caller().getUserId();
    Membership membership = state.roster.newest(userId).begunAt(state.head);
    if ((!received && !seen) || !membership.isOpenAt(state.head)) {
      return;
    }
    ReceiptMoved.Builder moved = ReceiptMoved.newBuilder()
        .setConversationId(state.id)
        .setGeneration(state.generation)
        .setUserId(userId)
        .setRosterSeq(state.rosterSeq);
    if (received) {
      moved.setDelivered(delivered(state, userId).seq());
    }
    if (seen) {
      moved.setRead(read(state, userId).seq()).setLeft(readState(state, userId));
    }
    context.answers.moved(ask, moved);
  }

  /// What the user's device acked, as far as it is more than any device of the user acked before; loaded before.
  static Map<String, Watermark> received(List<ConversationState> states, String userId, Map<String, Cursor> acked) {
    Map<String, Watermark> risen = new LinkedHashMap<>(4);
    for (ConversationState state : states) {
      Cursor cursor = acked.get(state.id);
      Delivered delivered = new Delivered(cursor.generation(), cursor.acked());
      if (delivered.isBeyond(delivered(state, userId))) {
        risen.put(state.id, new Watermark(delivered, Read.NOTHING));
      }
    }
    return risen;
  }
}
