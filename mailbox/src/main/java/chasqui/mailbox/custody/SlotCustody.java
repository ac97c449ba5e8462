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
  /// True while a change of ours may still come true: its row is looked at until it is another than that change expected.
  boolean unsettled;

  /// True while its row is read. Nothing changes the row from here meanwhile.
  boolean reading;

  private Optional<SlotOwnerRow> expected = Optional.empty();
  private Optional<SlotOwnerRow> seen = Optional.empty();
  private boolean known;

  SlotCustody(int number) {
    this.number = number;
  }

  /// True while it is not served, and its row is neither read nor changed from here.
  boolean isIdle() {
    return phase == Phase.IDLE && !reading;
  }

  /// Nobody knows whether the row was changed.
  void unsettle(Optional<SlotOwnerRow> before, Throwable failure) {
    if (Failures.mayBeDone(failure)) {
      known = false;
      unsettled = true;
      expected = before;
    }
  }

  /// The row was read, and is this.
  void found(Optional<SlotOwnerRow> row) {
    unsettled &= row.equals(expected);
    seen = row;
    known = true;
  }

  /// What was read of the row is out of date.
  void forget() {
    known = false;
  }

  /// True if the row was read since it was last changed from here. Others may have changed it.
  boolean isKnown() {
    return known;
  }

  /// The row as it was read.
  Optional<SlotOwnerRow> seen() {
    return seen;
  }

  /// Whom the row named; empty if there was none.
  String seenOwner() {
    return seen.map(SlotOwnerRow::getIncarnation).orElse("");
  }
}
