package chasqui.drills.sim;

/// What a mesh of the simulation stands on.
enum MeshShape {
  /// One mailbox on a store of its own.
  EMBEDDED,
  /// Several mailboxes over one store.
  SHARED,
  /// The one for odd seeds, the other for even ones.
  ANY;

  /// Which of the two it is for a seed.
  MeshShape of(long seed) {
    return switch (this) {
      case EMBEDDED, SHARED -> this;
      case ANY -> seed % 2 == 0 ? SHARED : EMBEDDED;
    };
  }
}
