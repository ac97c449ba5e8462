package chasqui.mailbox;

/// What must hold whatever callers do. A violation is a bug of ours, never an answer to a caller.
final class Invariants {

  private Invariants() {}

  static void check(boolean holds, String whatHolds) {
    if (!holds) {
      throw new IllegalStateException("broken invariant: " + whatHolds);
    }
  }
}
