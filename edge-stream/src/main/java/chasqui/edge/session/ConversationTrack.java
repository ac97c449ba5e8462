package chasqui.edge.session;

/// Where this device stands in one conversation: `acked ≤ sent ≤ head`.
///
/// About 120 bytes and its id. Changed by the classes of this package, each its own fields, and then settled by
/// {@link HeadFollower#settle}.
final class ConversationTrack {

  /// In which queue of the follower it waits.
  enum Turn {
    NONE,
    TO_WRITE,
    TO_READ
  }

  final String conversationId;

  long generation;
  long sent;
  long acked;
  long head;

  /// The position is being asked for: `sent` and `acked` are not known yet.
  boolean opening = true;
  /// Its position is being asked for, though something is known of it already.
  boolean awaited;
  /// Something was delivered or told here: the device knows where this stream stands.
  boolean begun;
  /// A range read is under way.
  boolean reading;
  /// No longer in the map; answers for it are thrown away.
  boolean dropped;
  /// Counted by the ack window.
  boolean holder;
  Turn turn = Turn.NONE;

  /// The cursor to be stored (at least `acked`; above the known head the owner clamps it), and what is stored.
  long asked;
  long saved;
  boolean dirty;

  /// Delivered, not acked.
  int unacked;
  /// Window held for a read under way, or for its answer.
  int reserved;

  /// The answer of a read, right after `sent`.
  Span answer;
  /// Pushed entries, at or beyond `sent`.
  Span pushed;
  /// What the sync under way has to bring this device to; 0 for none.
  long syncTarget;
  boolean syncSent;

  ConversationTrack older;
  ConversationTrack newer;
  boolean idle;

  ConversationTrack(String conversationId) {
    this.conversationId = conversationId;
  }

  /// Nothing is open here: it may be forgotten and asked for again.
  boolean isSettled() {
    return !opening && !awaited && !reading && !holder && turn == Turn.NONE && !dirty && sent >= head && acked >= sent && syncTarget == 0;
  }

  int held() {
    return unacked + reserved;
  }

  void sentUpto(long seq) {
    sent = Math.max(sent, seq);
    head = Math.max(head, sent);
  }
}
