package chasqui.mailbox.custody;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/// What custody counts.
final class CustodyMetrics implements AutoCloseable {

  private static final AttributeKey<String> QUEUE = AttributeKey.stringKey("queue");
  private static final AttributeKey<String> BY = AttributeKey.stringKey("by");
  private static final Attributes BY_COMMIT = Attributes.of(BY, "commit");
  private static final Attributes BY_READ = Attributes.of(BY, "read");

  private final Meter meter;
  private final LongCounter sealsMet;
  private final LongCounter insertsRepeated;
  private final LongCounter appliesRepeated;
  private final LongCounter proofs;
  private final LongCounter takeovers;
  private final LongCounter replayed;
  private final LongCounter moves;
  private final List<ObservableLongGauge> gauges = new CopyOnWriteArrayList<>();

  CustodyMetrics(Meter meter) {
    this.meter = meter;
    sealsMet = counter("chasqui.mailbox.seals.met", "Journals of this process that another node has sealed.");
    insertsRepeated = counter("chasqui.mailbox.journal.repeats", "Inserts that were tried again.");
    appliesRepeated = counter("chasqui.mailbox.apply.repeats", "Writes of what follows from commits that were tried again.");
    proofs = counter("chasqui.mailbox.proofs", "Proofs that a journal was unsealed, each for all who waited.");
    takeovers = counter("chasqui.mailbox.takeovers", "Incarnations that were sealed and replayed by this node.");
    replayed = counter("chasqui.mailbox.replayed", "Batches of other incarnations that were applied again.");
    moves = counter("chasqui.mailbox.moves", "Slots that were handed to another node.");
  }

  private LongCounter counter(String name, String description) {
    return meter.counterBuilder(name).setDescription(description).build();
  }

  /// Shows a bounded queue: its depth now, and its bound.
  void queue(String name, LongSupplier depth, long bound) {
    Attributes attributes = Attributes.of(QUEUE, name);
    gauges.add(meter.gaugeBuilder("chasqui.queue.depth").ofLongs().setUnit("{item}")
        .setDescription("Items that wait in a bounded queue")
        .buildWithCallback(measurement -> measurement.record(depth.getAsLong(), attributes)));
    gauges.add(meter.gaugeBuilder("chasqui.queue.bound").ofLongs().setUnit("{item}")
        .setDescription("Items that a bounded queue holds at most")
        .buildWithCallback(measurement -> measurement.record(bound, attributes)));
  }

  void gauge(String name, String description, LongSupplier value) {
    gauges.add(meter.gaugeBuilder(name).ofLongs().setDescription(description)
        .buildWithCallback(measurement -> measurement.record(value.getAsLong())));
  }

  void sealMet() {
    sealsMet.add(1);
  }

  void insertRepeated() {
    insertsRepeated.add(1);
  }

  void applyRepeated() {
    appliesRepeated.add(1);
  }

  void provedByCommit() {
    proofs.add(1, BY_COMMIT);
  }

  void provedByRead() {
    proofs.add(1, BY_READ);
  }

  void tookOver() {
    takeovers.add(1);
  }

  void replayed(int batches) {
    replayed.add(batches);
  }

  void moved() {
    moves.add(1);
  }

  @Override
  public void close() {
    gauges.forEach(ObservableLongGauge::close);
  }
}
