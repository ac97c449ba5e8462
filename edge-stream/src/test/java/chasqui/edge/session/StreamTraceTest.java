package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.mailbox.v1.Caller;
import chasqui.trace.v1.StreamWait;
import chasqui.trace.v1.TracedStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// What a stream knows of an entry, and what its loop remembers.
class StreamTraceTest {

  private static final String USER = "alice";

  private final SessionRig rig = new SessionRig();

  private TracedStream.Builder traced(long seq) {
    return traced(rig, USER, seq);
  }

  /// Null where the stream says nothing.
  private static TracedStream.Builder traced(SessionRig rig, String user, long seq) {
    AtomicReference<TracedStream.Builder> told = new AtomicReference<>();
    rig.session.on(new SessionEvent.Traced(Set.of(user), "c", seq, (device, stream) -> told.set(stream)), rig.now);
    return told.get();
  }

  private List<String> remembered(long seq) {
    List<String> events = new ArrayList<>();
    rig.sink.trace.find("c", seq, (device, acked, atMillis) ->
        events.add(device.getDeviceId() + (acked ? " acked " : " written ") + (rig.now - atMillis)));
    return events;
  }

  private static void assertStream(long sent, long acked, long head, StreamWait wait, TracedStream.Builder stream) {
    assertEquals(
        List.of("phone", true, sent, acked, head, wait.getNumber()),
        List.of(stream.getDeviceId(), stream.getOpen(), stream.getSent(), stream.getAcked(), stream.getHead(), stream.getWait()));
  }

  @Test
  void a_stream_is_of_nobody_before_hello_and_of_its_user_alone_after() {
    assertNull(traced(1));
    rig.hello();
    assertNull(traced(rig, "somebody else", 1));
    assertEquals(StreamWait.STREAM_WAIT_WELCOME_VALUE, traced(1).getWait());
  }

  @Test
  void what_was_written_and_acked_is_told_with_when() {
    rig.owner.log("c", 4, 4);
    rig.live();
    rig.pushNew("c", "fifth");
    rig.run();
    assertStream(5, 4, 5, StreamWait.STREAM_WAIT_UNSPECIFIED, traced(5));
    rig.passAlive(Duration.ofSeconds(2));
    rig.ack("c", 5);
    rig.passAlive(Duration.ofSeconds(1));
    assertEquals(List.of("phone written 3000", "phone acked 1000"), remembered(5));
    assertEquals(List.of(), remembered(4));
    assertEquals(List.of(), remembered(6));
  }

  @Test
  void one_range_tells_of_all_its_entries() {
    rig.owner.log("c", 9, 4);
    rig.live();
    assertEquals(List.of("phone written 0"), remembered(5));
    assertEquals(List.of("phone written 0"), remembered(9));
    assertEquals(List.of(), remembered(4));
  }

  @Test
  void a_device_that_does_not_read_is_told_from_one_that_does_not_ack() {
    rig.owner.log("c", 4, 3);
    rig.live();
    rig.ack("c", 4);
    rig.sink.room = 0;
    rig.pushNew("c", "fifth");
    assertEquals(StreamWait.STREAM_WAIT_BACK_PRESSURE_VALUE, traced(5).getWait());
    assertEquals(List.of(), remembered(5));

    SessionRig other = new SessionRig();
    other.owner.log("c", 600, 0);
    other.live();
    TracedStream.Builder waits = traced(other, USER, 600);
    assertEquals(StreamWait.STREAM_WAIT_ACKS_VALUE, waits.getWait());
    assertTrue(waits.getSent() < 600 && waits.getAcked() == 0 && waits.getHead() == 600);
  }

  @Test
  void a_position_that_is_asked_for_is_told() {
    rig.live();
    rig.held = request -> request.hasOpenPositions();
    rig.pushNew("c", "first");
    assertEquals(StreamWait.STREAM_WAIT_POSITION_VALUE, traced(1).getWait());
    assertEquals(0, traced(1).getSent());
  }

  @Test
  void the_ring_forgets_the_oldest_and_says_since_when_it_remembers() {
    DeliveryRing ring = new DeliveryRing(100);
    Caller device = Caller.newBuilder().setUserId("u").setDeviceId("d").build();
    ring.written(device, "c", 0, 1, 200);
    assertEquals(100, ring.sinceMillis());
    for (int i = 0; i < DeliveryRing.EVENTS_MAX; i++) {
      ring.acked(device, "other", i, i + 1, 300 + i);
    }
    assertEquals(300, ring.sinceMillis());
    ring.find("c", 1, (who, acked, at) -> {
      throw new AssertionError("remembers what was overwritten");
    });
  }
}
