package chasqui.edge.session;

import chasqui.edge.v1.ServerFrame;
import java.util.ArrayDeque;

/// The one writer of a stream. Control frames (answers and notices) go first and wait here while the sink is not ready;
/// deliveries do not wait: whoever makes them asks {@link #isReady} before.
final class OutboundWriter {

  private final FrameSink sink;
  private final int controlMax;
  private ArrayDeque<ServerFrame> control;
  private long writtenMillis;

  /// @param controlMax control frames that may wait. The inbound meter keeps answers below it; more is a bug
  OutboundWriter(FrameSink sink, int controlMax, long nowMillis) {
    this.sink = sink;
    this.controlMax = controlMax;
    this.writtenMillis = nowMillis;
  }

  /// Writes a control frame as soon as the sink takes it, after those before it.
  void control(ServerFrame frame, long nowMillis) {
    if (waiting() == 0 && sink.isReady()) {
      write(frame, nowMillis);
      return;
    }
    if (control == null) {
      control = new ArrayDeque<>(8);
    }
    if (control.size() >= controlMax) {
      throw new IllegalStateException("more than " + controlMax + " control frames wait: inbound is not metered");
    }
    control.add(frame);
  }

  /// Writes the control frames that wait, as far as the sink takes them.
  void drain(long nowMillis) {
    while (waiting() > 0 && sink.isReady()) {
      write(control.poll(), nowMillis);
    }
  }

  /// Whether a delivery may be written now.
  boolean isReady() {
    return waiting() == 0 && sink.isReady();
  }

  /// Where what was written and acked is noted.
  DeliveryTrace trace() {
    return sink.trace();
  }

  void write(ServerFrame frame, long nowMillis) {
    writtenMillis = nowMillis;
    sink.send(frame);
  }

  /// Control frames that wait.
  int waiting() {
    return control == null ? 0 : control.size();
  }

  long writtenMillis() {
    return writtenMillis;
  }
}
