package chasqui.registry;

import chasqui.error.v1.Reason;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/// What the registry counts. Adders are read when metrics are collected, so that counting costs next to nothing.
final class RegistryMetrics {

  private static final AttributeKey<String> REASON = AttributeKey.stringKey("reason");

  final LongAdder lookups = new LongAdder();
  final LongAdder notices = new LongAdder();
  final LongAdder interestsForgotten = new LongAdder();
  final LongAdder impossible = new LongAdder();
  final LongAdder revocations = new LongAdder();
  final LongAdder visibilities = new LongAdder();
  private final LongCounter announcements;
  private final LongCounter ended;
  private final LongCounter routersEnded;

  RegistryMetrics(Meter meter) {
    announcements = meter.counterBuilder("chasqui.registry.announcements")
        .setDescription("Announcements answered, by outcome").build();
    ended = meter.counterBuilder("chasqui.registry.sessions.ended")
        .setDescription("Sessions that the registry ended, by reason").build();
    routersEnded = meter.counterBuilder("chasqui.registry.routers.ended")
        .setDescription("Router links ended because the router could not be told, by cause").build();
    count(meter, "chasqui.registry.lookups", "Look-ups answered", lookups);
    count(meter, "chasqui.registry.notices", "Changes told to routers", notices);
    count(meter, "chasqui.registry.interests.forgotten", "Routers told to forget a user, at the bound", interestsForgotten);
    count(meter, "chasqui.registry.revocations", "Sign-outs told to edges", revocations);
    count(meter, "chasqui.registry.visibilities", "Choices of what presence shows, told to edges", visibilities);
    count(meter, "chasqui.registry.impossible", "Events that should not happen", impossible);
  }

  void announced(Reason refused) {
    announcements.add(1, Attributes.of(REASON, refused == Reason.REASON_UNSPECIFIED ? "confirmed" : name(refused)));
  }

  void ended(Reason reason) {
    ended.add(1, Attributes.of(REASON, name(reason)));
  }

  void routersEnded(String cause) {
    routersEnded.add(1, Attributes.of(REASON, cause));
  }

  private static String name(Reason reason) {
    return reason.name().replace("REASON_", "").toLowerCase(Locale.ROOT);
  }

  private static void count(Meter meter, String name, String description, LongAdder adder) {
    meter.counterBuilder(name).setDescription(description).buildWithCallback(measurement -> measurement.record(adder.sum()));
  }
}
