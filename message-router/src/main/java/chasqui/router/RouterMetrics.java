package chasqui.router;

import chasqui.error.v1.Reason;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/// What the router counts. Adders are read when metrics are collected, so that counting costs next to nothing.
final class RouterMetrics {

  private static final AttributeKey<String> CAUSE = AttributeKey.stringKey("cause");
  private static final AttributeKey<String> REASON = AttributeKey.stringKey("reason");

  final LongAdder requests = new LongAdder();
  final LongAdder answersDropped = new LongAdder();
  final LongAdder elsewhere = new LongAdder();
  final LongAdder pushes = new LongAdder();
  final LongAdder pushesHeld = new LongAdder();
  final LongAdder marksStored = new LongAdder();
  final LongAdder unreachable = new LongAdder();
  final LongAdder fanouts = new LongAdder();
  final LongAdder sessionsTold = new LongAdder();
  final LongAdder cacheHits = new LongAdder();
  final LongAdder cacheMisses = new LongAdder();
  final LongAdder lookups = new LongAdder();
  final LongAdder rosterReads = new LongAdder();
  final LongAdder notHere = new LongAdder();
  final LongAdder notices = new LongAdder();
  final LongAdder compared = new LongAdder();
  final LongAdder impossible = new LongAdder();
  private final LongCounter refused;
  final LongAdder typingTold = new LongAdder();
  private final LongCounter lost;
  private final LongCounter typingDropped;
  final LongAdder receiptsTold = new LongAdder();
  private final LongCounter receiptsDropped;

  RouterMetrics(Meter meter) {
    refused = meter.counterBuilder("chasqui.router.refusals")
        .setDescription("Requests that the router refused itself, by reason").build();
    lost = meter.counterBuilder("chasqui.router.heads.lost")
        .setDescription("Copies that could not be sent, by cause; repaired by comparing").build();
    typingDropped = meter.counterBuilder("chasqui.router.typing.dropped")
        .setDescription("Typing signals and copies dropped, by cause").build();
    receiptsDropped = meter.counterBuilder("chasqui.router.receipts.dropped")
        .setDescription("Receipts and copies of them dropped, by cause").build();
    count(meter, "receipts.told", "Sessions named in copies of receipts", receiptsTold);
    count(meter, "typing.told", "Sessions named in copies of typing signals", typingTold);
    count(meter, "requests", "Requests forwarded", requests);
    count(meter, "requests.elsewhere", "Requests refused by a node that does not serve their slot, as while slots move", elsewhere);
    count(meter, "answers.dropped", "Answers that nobody waited for, or whose edge could not take them", answersDropped);
    count(meter, "pushes", "Pushes taken from mailboxes", pushes);
    count(meter, "pushes.held", "Pushes that had to wait for a roster", pushesHeld);
    count(meter, "marks.stored", "Pushes of which marks were stored afterwards", marksStored);
    count(meter, "unreachable.reports", "Reports that a mailbox is out of reach, one for each that was told", unreachable);
    count(meter, "fanouts", "Copies sent, one for each edge of a push", fanouts);
    count(meter, "sessions.told", "Sessions named in copies sent", sessionsTold);
    count(meter, "cache.hits", "Members whose sessions were remembered", cacheHits);
    count(meter, "cache.misses", "Members who had to be looked up", cacheMisses);
    count(meter, "lookups", "Look-ups sent to registries", lookups);
    count(meter, "roster.reads", "Rosters asked for", rosterReads);
    count(meter, "not.here", "Sessions that their edge no longer held", notHere);
    count(meter, "notices", "Changes told by registries", notices);
    count(meter, "compare.all", "Edges told that their sessions have to compare", compared);
    count(meter, "impossible", "Events that should not happen", impossible);
  }

  void refused(Reason reason) {
    refused.add(1, Attributes.of(REASON, reason.name().replace("REASON_", "").toLowerCase(Locale.ROOT)));
  }

  void lost(String cause) {
    lost.add(1, Attributes.of(CAUSE, cause));
  }

  void typingDropped(String cause) {
    typingDropped.add(1, Attributes.of(CAUSE, cause));
  }

  void receiptDropped(String cause) {
    receiptsDropped.add(1, Attributes.of(CAUSE, cause));
  }

  private static void count(Meter meter, String name, String description, LongAdder adder) {
    meter.counterBuilder("chasqui.router." + name)
        .setDescription(description)
        .buildWithCallback(measurement -> measurement.record(adder.sum()));
  }
}
