package chasqui.edge.session;

/// The events that carry nothing.
public enum Signal implements SessionEvent {
  /// The sink became ready.
  WRITABLE,
  /// The device will send no more frames.
  HALF_CLOSED,
  /// The stream is gone.
  CANCELLED,
  /// All pushes of a batch were handed over.
  END_OF_BATCH,
  /// Heads may have been lost on the way here: compare all conversations with their owners.
  COMPARE,
  /// Time passed; about once a second.
  TICK
}
