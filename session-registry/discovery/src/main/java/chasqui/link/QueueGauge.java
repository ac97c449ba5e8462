package chasqui.link;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import java.util.function.LongSupplier;

/// Shows a bounded queue or table: its depth now, and its bound. Closed, it shows nothing more.
public final class QueueGauge implements AutoCloseable {

  private static final AttributeKey<String> QUEUE = AttributeKey.stringKey("queue");

  private final ObservableLongGauge depth;
  private final ObservableLongGauge bound;

  /// @param queue its name, such as `router.lookups`
  /// @param depthNow read when metrics are collected, by the collecting thread
  /// @param boundMax what the depth never exceeds
  public QueueGauge(Meter meter, String queue, LongSupplier depthNow, long boundMax) {
    Attributes name = Attributes.of(QUEUE, queue);
    depth = meter.gaugeBuilder("chasqui.queue.depth").ofLongs().setUnit("{item}")
        .setDescription("Items that wait in a bounded queue")
        .buildWithCallback(measurement -> measurement.record(depthNow.getAsLong(), name));
    bound = meter.gaugeBuilder("chasqui.queue.bound").ofLongs().setUnit("{item}")
        .setDescription("Items that a bounded queue holds at most")
        .buildWithCallback(measurement -> measurement.record(boundMax, name));
  }

  @Override
  public void close() {
    depth.close();
    bound.close();
  }
}
