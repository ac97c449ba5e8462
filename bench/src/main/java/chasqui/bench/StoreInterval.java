package chasqui.bench;

import chasqui.log.v1.ConversationKind;
import chasqui.log.v1.Entry;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.ConversationRow;
import chasqui.testkit.process.Await;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/// Senders in one way of writing: each has a conversation, and sends its next message when the last one is acknowledged.
final class StoreInterval {
  private static final Duration DRAIN_LIMIT = Duration.ofMinutes(5);
  private static final long LATENCY_MICROS_MAX = 120_000_000;

  private final StoreWay way;
  private final String life;
  private final StoreBench.Plan plan;
  private final byte[] noise;
  private final long[] heads;
  private final Recorder latency = new Recorder(LATENCY_MICROS_MAX, 3);

  StoreInterval(StoreWay way, String life, StoreBench.Plan plan, RandomGenerator random) {
    this.way = way;
    this.life = life;
    this.plan = plan;
    this.heads = new long[plan.senders()];
    // Payloads are cut from it at ever other places: nothing that a server could compress.
    noise = new byte[1 << 20];
    random.nextBytes(noise);
  }

  String name() {
    return way.name();
  }

  StoreSample run(double seconds) {
    latency.reset();
    long inserts = way.inserts();
    long failures = way.failures();
    Run run = new Run(System.nanoTime(), (long) (seconds * 1e9));
    for (int i = 0; i < plan.senders(); i++) {
      run.next(i);
    }
    Await.until(DRAIN_LIMIT.plusSeconds((long) seconds), "all is written: " + way.name(),
        () -> run.underWay.get() == 0 && !way.owesRows());
    Histogram micros = latency.getIntervalHistogram();
    return new StoreSample(way.name(), run.acked.get(), (System.nanoTime() - run.beganNanos) / 1e9,
        way.inserts() - inserts, way.failures() - failures, micros.getValueAtPercentile(50), micros.getValueAtPercentile(99));
  }

  private final class Run {
    private final long beganNanos;
    private final long lengthNanos;
    private final AtomicLong acked = new AtomicLong();
    private final AtomicInteger underWay = new AtomicInteger();

    Run(long beganNanos, long lengthNanos) {
      this.beganNanos = beganNanos;
      this.lengthNanos = lengthNanos;
    }

    void next(int sender) {
      long sentNanos = System.nanoTime();
      if (sentNanos - beganNanos >= lengthNanos) {
        return;
      }
      underWay.incrementAndGet();
      way.send(sender, message(sender)).whenComplete((done, failure) -> {
        latency.recordValue(Math.min(LATENCY_MICROS_MAX, (System.nanoTime() - sentNanos) / 1_000));
        acked.incrementAndGet();
        next(sender);
        underWay.decrementAndGet();
      });
    }
  }

  /// The commit of one message: its log row and its conversation's.
  private ConversationCommit message(int sender) {
    long seq = ++heads[sender];
    long stampMicros = System.nanoTime() / 1_000;
    int offset = (int) ((seq * 7_919 + sender * 104_729L) % (noise.length - plan.payloadBytes()));
    Entry entry = Entry.newBuilder()
        .setSeq(seq).setStampMicros(stampMicros).setSenderUser("user").setSenderDevice("device")
        .setClientMessageId(ByteString.copyFrom(noise, offset, plan.payloadBytes()))
        .build();
    ConversationRow row = ConversationRow.newBuilder()
        .setKind(ConversationKind.CONVERSATION_KIND_GROUP).setHead(seq).setStampMicros(stampMicros).setGeneration(1)
        .build();
    return ConversationCommit.newBuilder()
        .setConversationId(life + "-" + way.name() + "-" + sender).setRow(row).addEntries(entry).build();
  }
}
