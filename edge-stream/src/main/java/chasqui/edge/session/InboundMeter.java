package chasqui.edge.session;

/// How many frames of the device to ask for: what is asked for and what is held together never exceed `heldMax`, so a
/// device that does not wait for answers, or does not read them, is simply not read.
final class InboundMeter {

  private final int heldMax;
  private final int aheadMax;
  private int asked;

  /// @param heldMax what may be held: unanswered sends and range requests, answers not yet written
  /// @param aheadMax frames asked for ahead
  /// @param asked frames asked for already
  InboundMeter(int heldMax, int aheadMax, int asked) {
    this.heldMax = heldMax;
    this.aheadMax = aheadMax;
    this.asked = asked;
  }

  /// A frame came that was asked for.
  void arrived() {
    asked--;
  }

  /// How many more frames to ask for now; they count as asked for from here on.
  int topUp(int held) {
    int more = Math.min(aheadMax, heldMax - held) - asked;
    // Asking for one frame at a time would cost a call each: half the room has to be free.
    if (more <= 0 || (asked > 0 && more < aheadMax / 2)) {
      return 0;
    }
    asked += more;
    return more;
  }

  /// Whether the device is not being read.
  boolean isPaused() {
    return asked <= 0;
  }
}
