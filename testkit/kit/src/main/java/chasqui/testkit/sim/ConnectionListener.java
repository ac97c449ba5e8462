package chasqui.testkit.sim;

/// One end of a connection hears of the other. Called on the node of that end, one call at a time.
public interface ConnectionListener {
  void onMessage(byte[] message);

  /// There is room to send again after there was none.
  default void onReady() {}

  /// The peer closed in good order; everything it sent has come.
  default void onClosed() {}

  /// The connection broke: what was in flight may or may not have come. Nothing follows.
  default void onBroken(String why) {}
}
