package chasqui.presence;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.concurrent.atomic.LongAdder;

/// What presence counts.
final class PresenceMetrics {

  final LongAdder told = new LongAdder();
  final LongAdder impossible = new LongAdder();
  private final LongCounter dropped;

  PresenceMetrics(Meter meter) {
    dropped = meter.counterBuilder("chasqui.presence.dropped")
        .setDescription("Sessions and watches not taken, and answers not given, by the bound that was reached").build();
    count(meter, "chasqui.presence.told", "Changes told to edges", told);
    count(meter, "chasqui.presence.impossible", "Events that should not happen", impossible);
  }

  void dropped(String cause) {
    dropped.add(1, Attributes.of(AttributeKey.stringKey("cause"), cause));
  }

  private static void count(Meter meter, String name, String description, LongAdder adder) {
    meter.counterBuilder(name).setDescription(description).buildWithCallback(measured -> measured.record(adder.sum()));
  }
}
