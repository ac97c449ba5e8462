package chasqui.edge.session;

/// How many delivered entries may be unacked, and how conversations share that.
///
/// A conversation gets at most `limit / (holders + 1)`, where holders are the conversations with something unacked: the
/// one share more than there are is for the next that begins, so one that is never acked cannot stop the others. Those
/// that wait for room take turns.
final class AckWindow {

  private final int limitMax;
  private int limit;
  private int used;
  private int holders;

  AckWindow(int limitMax) {
    this.limitMax = limitMax;
    this.limit = limitMax;
  }

  /// The device told how much it is ready to hold.
  void credit(int entries) {
    // An unsigned value above the int range arrives negative.
    limit = entries < 0 ? limitMax : Math.clamp(entries, 1, limitMax);
  }

  /// How many more entries a conversation with that many unacked and reserved ones may get now.
  int grant(int held) {
    return Math.max(0, Math.min(limit - used, share() - held));
  }

  int share() {
    return Math.max(1, limit / (holders + 1));
  }

  boolean isFull() {
    return used >= limit;
  }

  /// Entries were delivered, reserved (positive), acked or released (negative).
  void use(int entries) {
    used += entries;
    if (used < 0) {
      throw new IllegalStateException("an ack window gave back more than was used: " + used);
    }
  }

  /// A conversation has something unacked now (1) or no more (-1).
  void holder(int change) {
    holders += change;
  }

  int used() {
    return used;
  }
}
