package chasqui.edge.session;

import chasqui.edge.v1.ClientFrame;
import chasqui.error.v1.Reason;

/// What sessions count. Any thread.
public interface SessionMetrics {

  /// Counts nothing.
  SessionMetrics NONE = new SessionMetrics() {};

  /// Something that was dropped or refused to keep a bound, or that should not happen.
  enum Oddity {
    /// A frame of a kind that this node does not know.
    UNKNOWN_FRAME,
    /// A pushed entry was not kept; its range is read later.
    PAYLOAD_DROPPED,
    /// Something waited because the device had not acked enough.
    WINDOW_FULL,
    /// A conversation was not tracked since the session tracks as many as it may; compared later.
    TRACKS_FULL,
    /// An ack for a conversation that is not tracked was dropped; it will be delivered again.
    ACK_DROPPED,
    /// A read gave nothing although the head lay beyond.
    READ_WITHOUT_PROGRESS,
    /// The router port was at its bound.
    ROUTER_FULL
  }

  default void frameIn(ClientFrame.FrameCase kind) {}

  default void delivered(int entries) {}

  default void rangeRead() {}

  default void sendRejected(Reason reason) {}

  default void odd(Oddity oddity) {}

  default void caughtUp(long millis) {}

  /// @param reason `REASON_UNSPECIFIED` for a good end
  default void ended(Reason reason) {}
}
