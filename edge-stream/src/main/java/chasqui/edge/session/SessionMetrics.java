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

  /// Why something ephemeral was dropped.
  enum EphemeralDrop {
    /// A newer state took its place before it could be written.
    COALESCED,
    /// It could not be written while it meant something.
    STALE,
    /// The stream was not ready and as much waited as may.
    LANE_FULL,
    /// The device signals more than it may.
    STREAM_BUDGET,
    /// The link to the router had other things to do, or was down.
    LINK_FULL,
    /// It was for a stream that is not here any more.
    STREAM_GONE
  }

  default void frameIn(ClientFrame.FrameCase kind) {}

  default void delivered(int entries) {}

  default void rangeRead() {}

  default void sendRejected(Reason reason) {}

  default void odd(Oddity oddity) {}

  /// Ephemeral frames written.
  default void ephemeralWritten() {}

  default void ephemeralDropped(EphemeralDrop cause) {}

  default void caughtUp(long millis) {}

  /// @param reason `REASON_UNSPECIFIED` for a good end
  default void ended(Reason reason) {}
}
