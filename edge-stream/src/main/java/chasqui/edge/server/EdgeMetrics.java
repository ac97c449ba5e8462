package chasqui.edge.server;

import chasqui.edge.session.SessionMetrics;
import chasqui.edge.v1.ClientFrame;
import chasqui.error.v1.Reason;
import chasqui.link.QueueGauge;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import java.util.EnumMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/// What the edge counts. Attributes are built once: a message costs additions only.
final class EdgeMetrics implements SessionMetrics, AutoCloseable {

  private final Meter meter;
  private final LongCounter frames;
  private final LongCounter deliveries;
  private final LongCounter entries;
  private final LongCounter rangeReads;
  private final LongCounter rejected;
  private final LongCounter oddities;
  private final LongCounter ends;
  private final LongCounter ephemeral;
  private final LongCounter ephemeralDropped;
  private final DoubleHistogram caughtUp;
  private final Map<ClientFrame.FrameCase, Attributes> byKind = attributes("kind", ClientFrame.FrameCase.class, "");
  private final Map<Reason, Attributes> byReason = attributes("reason", Reason.class, "REASON_");
  private final Map<Oddity, Attributes> byOddity = attributes("what", Oddity.class, "");
  private final Map<EphemeralDrop, Attributes> byDrop = attributes("cause", EphemeralDrop.class, "");
  private final List<ObservableLongGauge> gauges = new ArrayList<>();
  private final List<QueueGauge> queues = new ArrayList<>();

  EdgeMetrics(Meter meter) {
    this.meter = meter;
    frames = counter("chasqui.edge.frames.in", "Frames of devices, by kind.");
    deliveries = counter("chasqui.edge.deliveries", "Delivery and head frames written.");
    entries = counter("chasqui.edge.entries", "Entries written in deliveries.");
    rangeReads = counter("chasqui.edge.range.reads", "Ranges read for deliveries and repair.");
    rejected = counter("chasqui.edge.sends.rejected", "Sends rejected, by reason.");
    oddities = counter("chasqui.edge.oddities", "What was dropped or held back to keep a bound, or should not happen.");
    ends = counter("chasqui.edge.streams.ended", "Streams ended, by reason; unspecified is a good end.");
    ephemeral = counter("chasqui.edge.ephemeral.written", "Ephemeral frames written: typing and presence.");
    ephemeralDropped = counter("chasqui.edge.ephemeral.dropped", "Ephemeral signals and frames dropped, by cause.");
    caughtUp = meter.histogramBuilder("chasqui.edge.caught.up.duration").setUnit("s")
        .setDescription("From welcome to caught up.").build();
  }

  /// Shows a bounded queue: its depth now, and its bound.
  void queue(String name, LongSupplier depth, long bound) {
    queues.add(new QueueGauge(meter, name, depth, bound));
  }

  void gauge(String name, String description, LongSupplier value, Attributes attributes) {
    gauges.add(meter.gaugeBuilder(name).ofLongs().setDescription(description)
        .buildWithCallback(measurement -> measurement.record(value.getAsLong(), attributes)));
  }

  @Override
  public void frameIn(ClientFrame.FrameCase kind) {
    frames.add(1, byKind.get(kind));
  }

  @Override
  public void delivered(int count) {
    deliveries.add(1);
    entries.add(count);
  }

  @Override
  public void rangeRead() {
    rangeReads.add(1);
  }

  @Override
  public void sendRejected(Reason reason) {
    rejected.add(1, byReason.get(reason));
  }

  @Override
  public void odd(Oddity oddity) {
    oddities.add(1, byOddity.get(oddity));
  }

  @Override
  public void ephemeralWritten() {
    ephemeral.add(1);
  }

  @Override
  public void ephemeralDropped(EphemeralDrop cause) {
    ephemeralDropped.add(1, byDrop.get(cause));
  }

  @Override
  public void caughtUp(long millis) {
    caughtUp.record(millis / 1e3);
  }

  @Override
  public void ended(Reason reason) {
    ends.add(1, byReason.get(reason));
  }

  @Override
  public void close() {
    gauges.forEach(ObservableLongGauge::close);
    queues.forEach(QueueGauge::close);
  }

  private LongCounter counter(String name, String description) {
    return meter.counterBuilder(name).setDescription(description).build();
  }

  private static <E extends Enum<E>> Map<E, Attributes> attributes(String key, Class<E> type, String prefix) {
    Map<E, Attributes> attributes = new EnumMap<>(type);
    for (E value : type.getEnumConstants()) {
      String name = value.name().replace(prefix, "").toLowerCase(Locale.ROOT);
      attributes.put(value, Attributes.of(AttributeKey.stringKey(key), name));
    }
    return attributes;
  }
}
