package chasqui.testkit.sim.grpc;

import chasqui.testkit.sim.SimConnection;
import java.util.function.Consumer;

/// A call's inbound flow control: at most one message is held here unasked; while it is, the connection is not read, and
/// the sender feels it.
final class Inbox {
  private final Consumer<Frames.Message> deliver;
  private SimConnection connection;
  private Frames.Message waiting;
  private long requested;
  private boolean delivering;
  private boolean over;

  Inbox(Consumer<Frames.Message> deliver) {
    this.deliver = deliver;
  }

  void on(SimConnection from) {
    connection = from;
  }

  void request(int messages) {
    requested += messages;
    deliverWaiting();
  }

  void offer(Frames.Message message) {
    waiting = message;
    deliverWaiting();
  }

  /// Nothing is delivered any more.
  void end() {
    over = true;
    waiting = null;
  }

  /// A listener that asks for more inside its own call is not called inside it.
  private void deliverWaiting() {
    if (delivering || over) {
      return;
    }
    if (waiting != null && requested > 0) {
      Frames.Message message = waiting;
      waiting = null;
      requested--;
      delivering = true;
      try {
        deliver.accept(message);
      } finally {
        delivering = false;
      }
    }
    if (waiting == null) {
      connection.resumeReading();
    } else {
      connection.pauseReading();
    }
  }
}
