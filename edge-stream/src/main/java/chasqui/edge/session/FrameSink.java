package chasqui.edge.session;

import chasqui.edge.v1.ServerFrame;

/// The way to the device: one stream, one writer, the session.
public interface FrameSink {

  /// Whether a frame written now would leave soon. {@link Signal#WRITABLE} tells when it becomes true again.
  boolean isReady();

  /// Writes a frame; called only while {@link #isReady()}.
  void send(ServerFrame frame);

  /// Where what was written and acked is noted.
  default DeliveryTrace trace() {
    return DeliveryTrace.NONE;
  }

  /// Asks for that many more frames of the device. The last thing that a session does in an event, since a transport
  /// may hand over what it holds at once.
  void request(int frames);

  /// Ends the stream with a status. Nothing is written after it.
  void end(StreamEnd end);
}
