package chasqui.edge.session;

import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.HeadMoved;
import chasqui.edge.v1.ServerFrame;
import chasqui.log.v1.Entry;
import java.util.LinkedHashSet;
import java.util.List;

/// Moves `sent` towards `head`, for all conversations in turn: what was pushed right behind `sent` goes along, anything
/// else is read first (see {@link RangeReads}). Live delivery, sync and the recovery of a slow device are this one path.
final class HeadFollower {

  /// Told of every track that changed.
  @FunctionalInterface
  interface Watcher {
    void settled(ConversationTrack track);
  }

  private final SessionContext session;
  private final ConversationTracks tracks;
  private final AckWindow window;
  private final Payloads payloads;
  private final Watcher watcher;
  // Null while nothing ever waited; a session that is idle from the start stays small.
  private LinkedHashSet<ConversationTrack> toWrite;
  private LinkedHashSet<ConversationTrack> toRead;
  private boolean windowFullTold;

  HeadFollower(SessionContext session, ConversationTracks tracks, AckWindow window, Payloads payloads, Watcher watcher) {
    this.session = session;
    this.tracks = tracks;
    this.window = window;
    this.payloads = payloads;
    this.watcher = watcher;
  }

  /// To be called after any change of a track: puts it where it belongs now.
  void settle(ConversationTrack track) {
    if (track.dropped) {
      return;
    }
    payloads.trim(track);
    turn(track, turnOf(track));
    boolean holds = track.held() > 0;
    if (holds != track.holder) {
      track.holder = holds;
      window.holder(holds ? 1 : -1);
    }
    watcher.settled(track);
    tracks.idle(track, track.isSettled());
  }

  /// A push, a read or a position tells a newer head.
  void head(ConversationTrack track, long head) {
    track.head = Math.max(track.head, head);
  }

  /// Everything up to `seq` is covered, by an ack.
  void acked(ConversationTrack track, long seq) {
    if (seq <= track.acked) {
      return;
    }
    track.acked = seq;
    track.sentUpto(seq);
    int left = (int) Math.min(track.unacked, track.sent - track.acked);
    window.use(left - track.unacked);
    track.unacked = left;
  }

  /// An own send took the place right after `sent`: it counts as delivered.
  void sentByOwnSend(ConversationTrack track, long seq) {
    track.sentUpto(seq);
    track.unacked++;
    window.use(1);
  }

  /// Forgets what is under way, since the position is to be asked for afresh.
  void reset(ConversationTrack track) {
    payloads.drop(track);
    window.use(-track.held());
    track.unacked = 0;
    track.reserved = 0;
    track.answer = null;
    track.opening = true;
    settle(track);
  }

  /// Forgets a track.
  void drop(ConversationTrack track) {
    reset(track);
    tracks.drop(track);
  }

  /// Writes what can be written.
  void pump(long nowMillis) {
    int stuck = 0;
    while (toWrite != null && stuck < toWrite.size() && session.out.isReady()) {
      ConversationTrack track = toWrite.getFirst();
      Span span = next(track);
      if (span == null) {
        stuck++;
        toWrite.remove(track);
        toWrite.add(track);
        windowFull();
        continue;
      }
      stuck = 0;
      windowFullTold = false;
      turn(track, ConversationTrack.Turn.NONE);
      if (span.upto > track.sent) {
        write(track, span, nowMillis);
      }
      settle(track);
    }
  }

  /// The tracks that wait for a read, in turn; null for none.
  LinkedHashSet<ConversationTrack> toRead() {
    return toRead;
  }

  private void windowFull() {
    if (!windowFullTold) {
      windowFullTold = true;
      session.metrics().odd(SessionMetrics.Oddity.WINDOW_FULL);
    }
  }

  /// What to write next of a track; null where the window has no room for it.
  private Span next(ConversationTrack track) {
    Span answer = track.answer;
    if (answer != null && !answer.headOnly) {
      // Its room was reserved when it was asked for.
      window.use(-track.reserved);
      track.reserved = 0;
      track.answer = null;
      answer.startAfter(track.sent);
      return answer;
    }
    int grant = window.grant(track.held());
    if (grant < 1) {
      return null;
    }
    track.answer = null;
    return answer != null ? answer : payloads.take(track, grant);
  }

  private void write(ConversationTrack track, Span span, long nowMillis) {
    long after = track.sent;
    List<Entry> entries = span.entries();
    int count = span.headOnly ? 1 : entries.size();
    track.begun = true;
    track.sentUpto(span.upto);
    track.unacked += count;
    window.use(count);
    session.out.write(span.headOnly ? headMoved(track) : delivery(track, span, after), nowMillis);
    session.out.trace().written(session.caller(), track.conversationId, after, span.upto, nowMillis);
    session.metrics().delivered(entries.size());
  }

  private static ServerFrame headMoved(ConversationTrack track) {
    return ServerFrame.newBuilder()
        .setHeadMoved(HeadMoved.newBuilder()
            .setConversationId(track.conversationId)
            .setGeneration(track.generation)
            .setHead(track.sent))
        .build();
  }

  private static ServerFrame delivery(ConversationTrack track, Span span, long after) {
    if (span.push != null && track.head == span.upto && after == span.upto - 1) {
      return span.push.alone();
    }
    return ServerFrame.newBuilder()
        .setDelivery(Delivery.newBuilder()
            .setConversationId(track.conversationId)
            .setGeneration(track.generation)
            .setAfter(after)
            .setUpto(span.upto)
            .addAllEntries(span.entries())
            .setHead(track.head))
        .build();
  }

  private static ConversationTrack.Turn turnOf(ConversationTrack track) {
    if (track.opening) {
      return ConversationTrack.Turn.NONE;
    }
    if (track.answer != null || (track.pushed != null && track.pushed.after == track.sent)) {
      return ConversationTrack.Turn.TO_WRITE;
    }
    return track.sent < track.head && !track.reading ? ConversationTrack.Turn.TO_READ : ConversationTrack.Turn.NONE;
  }

  private void turn(ConversationTrack track, ConversationTrack.Turn turn) {
    if (track.turn == turn) {
      return;
    }
    switch (track.turn) {
      case TO_WRITE -> toWrite.remove(track);
      case TO_READ -> toRead.remove(track);
      case NONE -> { }
    }
    track.turn = turn;
    switch (turn) {
      case TO_WRITE -> {
        toWrite = toWrite == null ? new LinkedHashSet<>(4) : toWrite;
        toWrite.add(track);
      }
      case TO_READ -> {
        toRead = toRead == null ? new LinkedHashSet<>(4) : toRead;
        toRead.add(track);
      }
      case NONE -> { }
    }
  }
}
