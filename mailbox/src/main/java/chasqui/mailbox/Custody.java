package chasqui.mailbox;

import java.util.concurrent.CompletionStage;

/// Which slots this incarnation owns, and the proof that it still does.
///
/// The embedded store has one process and so one owner ({@link SoleCustody}); a shared store keeps custody in rows that
/// change by compare-and-set, and seals the journals of owners that are gone.
public interface Custody {

  /// True while requests for the slot are taken here. Cheap: asked for every request.
  boolean serves(int slot);

  /// The epoch under which the slot is served, or was last; 0 if it never was. Raised by every change of owner.
  long epoch(int slot);

  /// Whom the slot's row named when it was last looked at, which is done again for having been asked; empty where it was this
  /// incarnation, nobody, or nobody knows. Not for slots that are served here. Cheap; any thread.
  default String servedBy(int slot) {
    return "";
  }

  /// A router cannot reach that incarnation now: half of the evidence by which its slots are taken over. Any thread.
  ///
  /// @param reporterNodeId the router's node
  default void reported(String incarnation, String reporterNodeId) {}

  /// Completes with true once it is certain that the stripe was unsealed at some moment after this call; with false when
  /// it is sealed, or nobody can tell now. Calls that wait at the same time may share one proof. Never completes
  /// exceptionally.
  CompletionStage<Boolean> confirm(int stripe);
}
