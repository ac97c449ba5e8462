package chasqui.mailbox.store.embedded;

import chasqui.link.QueueGauge;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;

/// What the store tells of itself.
final class StoreMetrics implements AutoCloseable {
  private static final double NS_PER_SECOND = 1e9;

  private final Meter meter;
  private final LongHistogram groupEntries;
  private final DoubleHistogram syncSeconds;
  private final LongCounter refused;
  private final Deque<AutoCloseable> gauges = new ArrayDeque<>();

  StoreMetrics(Meter meter) {
    this.meter = meter;
    groupEntries =
        meter.histogramBuilder("chasqui.store.group.size").ofLongs().setUnit("{entry}")
            .setDescription("Entries that one sync made durable").build();
    syncSeconds =
        meter.histogramBuilder("chasqui.store.sync.duration").setUnit("s")
            .setDescription("Time to write a group and sync it").build();
    refused =
        meter.counterBuilder("chasqui.store.refused").setUnit("{write}")
            .setDescription("Writes refused because the disk is nearly full").build();
  }

  void written(List<WriteRequest> requests, long durationNs) {
    long entries = 0;
    for (WriteRequest request : requests) {
      entries += request instanceof WriteRequest.Commit commit ? commit.entries() : 0;
    }
    groupEntries.record(entries);
    syncSeconds.record(durationNs / NS_PER_SECOND);
  }

  void refused(int writes) {
    if (writes > 0) {
      refused.add(writes);
    }
  }

  void queue(String name, LongSupplier depth, long bound) {
    gauges.push(new QueueGauge(meter, name, depth, bound));
  }

  void value(String name, String unit, String description, LongSupplier value) {
    gauges.push(
        meter.gaugeBuilder(name).ofLongs().setUnit(unit).setDescription(description)
            .buildWithCallback(measurement -> measurement.record(value.getAsLong())));
  }

  /// Ends the gauges: nobody asks a closed store.
  @Override
  public void close() {
    while (!gauges.isEmpty()) {
      try {
        gauges.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("a gauge did not close", e);
      }
    }
  }
}
