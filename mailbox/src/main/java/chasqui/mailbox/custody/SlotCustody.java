package chasqui.mailbox.custody;

import chasqui.store.v1.SlotOwnerRow;
import java.util.Optional;

/// Where one slot stands with this node.
final class SlotCustody {

  enum Phase {
    /// Not served, nothing under way.
    IDLE,
    /// A change of its row to this node is under way.
    CHANGING,
    SERVED,
    /// It is let go of, and offered.
    LEAVING
  }

  final int number;
  Phase phase = Phase.IDLE;
  /// The newest epoch of ours that was offered; never served from then on.
  long offered;
  /// The tick before which it is not offered, unless the node drains.
  int restsUntil;
  /// True while a change of ours may still come true: its row is looked at until it is another than that change expected.
  boolean unsettled;

  private Optional<SlotOwnerRow> expected = Optional.empty();

  SlotCustody(int number) {
    this.number = number;
  }

  /// Nobody knows whether the row was changed.
  void unsettle(Optional<SlotOwnerRow> before, Throwable failure) {
    if (Failures.mayBeDone(failure)) {
      unsettled = true;
      expected = before;
    }
  }

  /// The row is this now.
  void settle(Optional<SlotOwnerRow> row) {
    unsettled &= row.equals(expected);
  }
}
