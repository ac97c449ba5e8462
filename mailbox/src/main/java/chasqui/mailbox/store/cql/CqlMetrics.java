package chasqui.mailbox.store.cql;

import chasqui.link.QueueGauge;
import chasqui.mailbox.store.StoreException;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What the store tells of itself.
final class CqlMetrics implements AutoCloseable {
  private static final AttributeKey<String> KIND = AttributeKey.stringKey("kind");
  private static final AttributeKey<String> REASON = AttributeKey.stringKey("reason");
  private static final AttributeKey<String> TABLE = AttributeKey.stringKey("table");

  private final Meter meter;
  private final LongCounter rows;
  private final LongCounter failures;
  private final LongCounter forgotten;
  private final Map<String, Attributes> tables = new ConcurrentHashMap<>();
  private final Deque<AutoCloseable> gauges = new ArrayDeque<>();

  CqlMetrics(Meter meter) {
    this.meter = meter;
    rows = meter.counterBuilder("chasqui.store.rows.written").setUnit("{row}")
        .setDescription("Rows asked to be written, by table").build();
    failures = meter.counterBuilder("chasqui.store.request.failures").setUnit("{request}")
        .setDescription("Requests without an answer, by kind and by what is known of them").build();
    forgotten = meter.counterBuilder("chasqui.store.request.forgotten").setUnit("{request}")
        .setDescription("Requests that the driver did not end in time").build();
  }

  void written(String table, int count) {
    rows.add(count, tables.computeIfAbsent(table, name -> Attributes.of(TABLE, name)));
  }

  void failed(Kind kind, Throwable failure) {
    String reason = failure instanceof StoreException known ? known.reason().name() : "UNKNOWN";
    failures.add(1, Attributes.of(KIND, name(kind), REASON, reason.toLowerCase(Locale.ROOT)));
  }

  void forgotten(Kind kind) {
    forgotten.add(1, Attributes.of(KIND, name(kind)));
  }

  private static String name(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  void queue(Lane lane) {
    gauges.push(new QueueGauge(meter, lane.name(), lane::depth, lane.bound()));
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
