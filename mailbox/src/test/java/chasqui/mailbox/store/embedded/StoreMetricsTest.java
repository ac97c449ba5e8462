package chasqui.mailbox.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.CrashPoints;
import chasqui.mailbox.store.Chat;
import chasqui.store.v1.JournalBatch;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What operators and the checker of bounded queues see.
class StoreMetricsTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path folder;

  private final Collector collector = new Collector();

  @Test
  void queues_space_and_syncs_are_shown_until_the_store_closes() throws Exception {
    AtomicLong usableBytes = new AtomicLong(5_000);
    try (SdkMeterProvider provider = SdkMeterProvider.builder().registerMetricReader(collector).build()) {
      Surroundings surroundings =
          new Surroundings(
              () -> NOON, new SecureRandom(), provider.get("test"), (what, cause) -> {}, CrashPoints.NONE, usableBytes::get);
      try (EmbeddedStore store = EmbeddedStore.open(Stores.config(folder).withSpaceReserveBytes(4_000), surroundings)) {
        JournalBatch batch = JournalBatch.newBuilder().addCommits(new Chat("c", NOON).created("ann", "bob")).build();
        store.journal().commit(0, batch).toCompletableFuture().join();
        assertEquals(
            Map.of("store.commits", 4L, "store.saves", 4_096L, "store.reads", 4_096L), byQueue("chasqui.queue.bound"));
        assertEquals(
            Map.of("store.commits", 0L, "store.saves", 0L, "store.reads", 0L), byQueue("chasqui.queue.depth"));
        assertEquals(5_000, value("chasqui.store.space.free"));
        assertEquals(4_000, value("chasqui.store.space.reserve"));
        assertEquals(0, value("chasqui.store.unapplied"));
        assertEquals(1, value("chasqui.store.writable"));
        usableBytes.set(3_999);
        assertEquals(0, value("chasqui.store.writable"));
        assertTrue(metric("chasqui.store.sync.duration").getHistogramData().getPoints().iterator().next().getCount() >= 1);
        assertEquals(1.0, metric("chasqui.store.group.size").getHistogramData().getPoints().iterator().next().getMax());
      }
      assertEquals(Map.of(), byQueue("chasqui.queue.depth"));
    }
  }

  private MetricData metric(String name) {
    return collector.collect().get(name);
  }

  private long value(String name) {
    return metric(name).getLongGaugeData().getPoints().iterator().next().getValue();
  }

  private Map<String, Long> byQueue(String name) {
    MetricData metric = metric(name);
    return metric == null
        ? Map.of()
        : metric.getLongGaugeData().getPoints().stream()
            .collect(
                Collectors.toMap(
                    point -> point.getAttributes().get(AttributeKey.stringKey("queue")), LongPointData::getValue));
  }

  /// Reads the metrics when asked.
  private static final class Collector implements MetricReader {
    private CollectionRegistration registration = CollectionRegistration.noop();

    Map<String, MetricData> collect() {
      Map<String, MetricData> metrics = new HashMap<>();
      registration.collectAllMetrics().forEach(metric -> metrics.put(metric.getName(), metric));
      return metrics;
    }

    @Override
    public void register(CollectionRegistration registration) {
      this.registration = registration;
    }

    @Override
    public CompletableResultCode forceFlush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public AggregationTemporality getAggregationTemporality(InstrumentType type) {
      return AggregationTemporality.CUMULATIVE;
    }
  }
}
