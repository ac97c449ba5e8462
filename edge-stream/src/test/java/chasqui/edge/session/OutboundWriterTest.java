package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class OutboundWriterTest {

  private final FakeSink sink = new FakeSink();
  private final OutboundWriter out = new OutboundWriter(sink, 3, 0);

  @Test
  void control_frames_wait_in_order_and_hold_deliveries_back() {
    out.control(ServerFrames.heartbeat(1), 10);
    sink.room = 0;
    out.control(ServerFrames.heartbeat(2), 20);
    out.control(ServerFrames.heartbeat(3), 30);
    assertEquals(10, out.writtenMillis());
    sink.room = 1;
    assertFalse(out.isReady(), "the sink is ready, but answers go first");
    out.drain(40);
    sink.room = 5;
    out.drain(50);
    assertTrue(out.isReady());
    assertEquals(List.of(1L, 2L, 3L), sink.frames.stream().map(frame -> frame.getHeartbeat().getNonce()).toList());
  }

  @Test
  void more_control_frames_than_metering_allows_are_a_bug() {
    sink.room = 0;
    for (int i = 0; i < 3; i++) {
      out.control(ServerFrames.heartbeat(i), 0);
    }
    assertThrows(IllegalStateException.class, () -> out.control(ServerFrames.heartbeat(4), 0));
  }
}
