package chasqui.edge.session;

import chasqui.mailbox.v1.Caller;

/// Notes what was written to devices and acked by them, for traces.
public interface DeliveryTrace {

  /// Nothing is noted.
  DeliveryTrace NONE = new DeliveryTrace() {
    @Override
    public void written(Caller device, String conversationId, long after, long upto, long nowMillis) {}

    @Override
    public void acked(Caller device, String conversationId, long after, long upto, long nowMillis) {}
  };

  /// The range `(after, upto]` was written to the device's stream.
  void written(Caller device, String conversationId, long after, long upto, long nowMillis);

  /// The device acked up to `upto`, having acked up to `after` before.
  void acked(Caller device, String conversationId, long after, long upto, long nowMillis);
}
