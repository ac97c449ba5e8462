package chasqui.mailbox;

import chasqui.error.v1.Reason;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/// What the mailbox counts.
public final class MailboxMetrics implements AutoCloseable {

  private static final AttributeKey<String> QUEUE = AttributeKey.stringKey("queue");

  private final Meter meter;
  private final LongCounter appended;
  private final LongCounter repeats;
  private final LongCounter refusals;
  private final LongCounter bugs;
  private final LongCounter receiptsDropped;
  private final LongCounter budgetRefusals;
  private final LongCounter rangesShared;
  private final LongHistogram batchEntries;
  private final LongHistogram batchBytes;
  private final DoubleHistogram commitSeconds;
  private final Map<Reason, Attributes> byReason = new EnumMap<>(Reason.class);
  private final Map<ConversationBudgets.Budget, Attributes> byBudget = new EnumMap<>(ConversationBudgets.Budget.class);
  private final List<ObservableLongGauge> gauges = new ArrayList<>();

  public MailboxMetrics(Meter meter) {
    this.meter = meter;
    appended = meter.counterBuilder("chasqui.mailbox.appended")
        .setDescription("Entries committed and answered.").build();
    repeats = meter.counterBuilder("chasqui.mailbox.repeats")
        .setDescription("Appends answered with the first outcome of their id.").build();
    refusals = meter.counterBuilder("chasqui.mailbox.refusals")
        .setDescription("Requests refused, by reason.").build();
    bugs = meter.counterBuilder("chasqui.mailbox.bugs")
        .setDescription("Requests that failed by an exception of ours.").build();
    receiptsDropped = meter.counterBuilder("chasqui.mailbox.receipts.dropped")
        .setDescription("Receipts not told because the link to a router had other things to do.").build();
    budgetRefusals = meter.counterBuilder("chasqui.mailbox.budget.refusals")
        .setDescription("Appends refused because a conversation's budget was spent, by budget.").build();
    rangesShared = meter.counterBuilder("chasqui.mailbox.ranges.shared")
        .setDescription("Reads of a log that cost the store nothing: kept, or read for another just then.").build();
    batchEntries = meter.histogramBuilder("chasqui.mailbox.batch.entries").ofLongs()
        .setDescription("Entries of one commit.").build();
    batchBytes = meter.histogramBuilder("chasqui.mailbox.batch.bytes").ofLongs().setUnit("By")
        .setDescription("Encoded size of one commit.").build();
    commitSeconds = meter.histogramBuilder("chasqui.mailbox.commit.duration").setUnit("s")
        .setDescription("From handing a commit to the journal to its outcome.").build();
    for (ConversationBudgets.Budget budget : ConversationBudgets.Budget.values()) {
      byBudget.put(budget, Attributes.of(
          AttributeKey.stringKey("budget"), budget.name().toLowerCase(Locale.ROOT)));
    }
    for (Reason reason : Reason.values()) {
      byReason.put(reason, Attributes.of(
          AttributeKey.stringKey("reason"), reason.name().replace("REASON_", "").toLowerCase(Locale.ROOT)));
    }
  }

  void rangeShared() {
    rangesShared.add(1);
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

  void committed(int entries, int bytes, long micros) {
    appended.add(entries);
    batchEntries.record(entries);
    batchBytes.record(bytes);
    commitSeconds.record(micros / 1e6);
  }

  void repeated() {
    repeats.add(1);
  }

  void refused(Reason reason) {
    refusals.add(1, byReason.get(reason));
  }

  void budgetSpent(ConversationBudgets.Budget budget) {
    budgetRefusals.add(1, byBudget.get(budget));
  }

  void bug() {
    bugs.add(1);
  }

  void receiptDropped() {
    receiptsDropped.add(1);
  }

  @Override
  public void close() {
    gauges.forEach(ObservableLongGauge::close);
  }
}
