package chasqui.edge.server;

import chasqui.edge.session.DeliveryRing;
import chasqui.edge.session.SessionEvent;
import chasqui.mailbox.v1.Caller;
import chasqui.trace.v1.TraceAsked;
import chasqui.trace.v1.TraceSeen;
import chasqui.trace.v1.TracedStream;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// What the streams of this edge know of an entry, and what its loops remember of streams. Looked for on each loop in turn
/// with its other work: a scan of its streams and of its ring. Thread-safe.
final class EdgeTraces {

  /// Streams told of in one answer.
  static final int STREAMS_MAX = 1_000;
  /// Traces that are looked for at a time; one more is not answered, which its asker notes.
  static final int OPEN_MAX = 16;

  private final List<SessionLoop> loops;
  private final AtomicInteger open = new AtomicInteger();

  EdgeTraces(List<SessionLoop> loops) {
    this.loops = loops;
  }

  /// Looks; the answer comes on some loop.
  void look(TraceAsked asked, Consumer<TraceSeen> answer) {
    if (open.incrementAndGet() > OPEN_MAX) {
      open.decrementAndGet();
      return;
    }
    Gathering gathering = new Gathering(asked, answer, loops.size());
    loops.forEach(loop -> loop.execute(() -> gathering.add(loop)));
  }

  private final class Gathering {
    private final TraceAsked asked;
    private final Set<String> users;
    private final Consumer<TraceSeen> answer;
    // Guards the two below.
    private final Object lock = new Object();
    private final TraceSeen.Builder seen;
    private int missing;

    Gathering(TraceAsked asked, Consumer<TraceSeen> answer, int loopCount) {
      this.asked = asked;
      this.users = new HashSet<>(asked.getUserIdsList());
      this.answer = answer;
      this.missing = loopCount;
      this.seen = TraceSeen.newBuilder().setQueryId(asked.getQueryId()).setMemoryMicros(Long.MAX_VALUE);
    }

    void add(SessionLoop loop) {
      long nowMillis = loop.nowMillis();
      List<TracedStream> streams = streams(loop, nowMillis);
      long memoryMicros = micros(nowMillis - loop.ring().sinceMillis());
      synchronized (lock) {
        seen.setMemoryMicros(Math.min(seen.getMemoryMicros(), memoryMicros));
        streams.stream().limit(STREAMS_MAX - seen.getStreamsCount()).forEach(seen::addStreams);
        missing--;
        if (missing > 0) {
          return;
        }
      }
      open.decrementAndGet();
      answer.accept(seen.build());
    }

    private List<TracedStream> streams(SessionLoop loop, long nowMillis) {
      Map<Caller, TracedStream.Builder> byDevice = new LinkedHashMap<>();
      SessionEvent.Traced question =
          new SessionEvent.Traced(users, asked.getConversationId(), asked.getSeq(), byDevice::put);
      // A copy: a session that fails on it leaves the loop.
      List.copyOf(loop.streams()).forEach(stream -> stream.handle(question));
      DeliveryRing ring = loop.ring();
      ring.find(asked.getConversationId(), asked.getSeq(), (device, acked, atMillis) -> {
        if (!users.contains(device.getUserId())) {
          return;
        }
        TracedStream.Builder stream = byDevice.computeIfAbsent(device, ended -> TracedStream.newBuilder()
            .setUserId(ended.getUserId()).setDeviceId(ended.getDeviceId()));
        long age = micros(nowMillis - atMillis);
        if (acked) {
          stream.setAckedAgeMicros(age);
        } else if (!stream.hasWrittenAgeMicros()) {
          stream.setWrittenAgeMicros(age);
        }
      });
      return byDevice.values().stream().map(TracedStream.Builder::build).toList();
    }

    private static long micros(long millis) {
      return Math.max(0, millis) * 1_000;
    }
  }
}
