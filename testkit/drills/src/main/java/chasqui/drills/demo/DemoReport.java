package chasqui.drills.demo;

import chasqui.drills.fleet.Latencies;
import chasqui.testkit.check.Verdict;
import chasqui.testkit.json.Json;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// What the demo found, counted by the clients.
///
/// @param inFlightAtKill sends on the wire without an answer when the node was killed
/// @param resent sends that went over the wire once more
/// @param complete every device had everything in time
/// @param calm, stormy from the call of `send` to its answer, before the burst and in it
/// @param hops how many messages passed each hop, counted by the hops; empty where there is but one
record DemoReport(
    Verdict verdict, int inFlightAtKill, int resent, boolean complete, Latencies calm, Latencies stormy, Map<String, Long> hops) {

  /// The promises held, the kill hit something, and no hop was passed by.
  boolean holds() {
    return verdict.holds() && complete && inFlightAtKill > 0 && !hops.containsValue(0L)
        && verdict.lost() == 0 && verdict.duplicated() == 0 && verdict.outOfOrder() == 0;
  }

  String json() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("holds", holds());
    fields.put("sent", verdict.sent());
    fields.put("acked", verdict.acked());
    fields.put("unknown", verdict.unknown());
    fields.put("lost", verdict.lost());
    fields.put("duplicated", verdict.duplicated());
    fields.put("out_of_order", verdict.outOfOrder());
    fields.put("redelivered", verdict.redelivered());
    fields.put("in_flight_at_kill", inFlightAtKill);
    fields.put("resent", resent);
    fields.put("delivered", verdict.delivered());
    fields.put("ack_p50_ms", calm.p50Ms());
    fields.put("ack_p99_ms", calm.p99Ms());
    fields.put("ack_through_crash_p50_ms", stormy.p50Ms());
    fields.put("ack_through_crash_p99_ms", stormy.p99Ms());
    fields.put("violations", verdict.violationCount());
    if (!hops.isEmpty()) {
      fields.put("hops", hops);
    }
    return Json.write(fields);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "  sent %d, acked %d, unknown %d; in flight at the kill: %d, sent again: %d%n",
        verdict.sent(), verdict.acked(), verdict.unknown(), inFlightAtKill, resent));
    verdict.delivered().forEach((device, count) ->
        text.append(String.format(Locale.ROOT, "  %-14s was shown %d entries%n", device, count)));
    text.append(String.format(Locale.ROOT, "  raw redeliveries, hidden by the clients: %d%n", verdict.redelivered()));
    text.append(String.format(Locale.ROOT, "  send to ack: %s; burst and crash, waiting in the outbox included: %s%n", calm, stormy));
    hops.forEach((hop, count) -> text.append(String.format(Locale.ROOT, "  %-44s %7d%n", hop, count)));
    text.append(String.format(Locale.ROOT, "%n  lost %d, duplicated %d, out of order %d%n",
        verdict.lost(), verdict.duplicated(), verdict.outOfOrder()));
    verdict.violations().forEach(violation -> text.append("  ").append(violation).append('\n'));
    if (!complete) {
      text.append("  NOT COMPLETE: not every device had everything in time\n");
    }
    hops.forEach((hop, count) -> text.append(count > 0 ? "" : "  NOTHING PASSED: " + hop + "\n"));
    if (inFlightAtKill == 0) {
      text.append("  THE KILL HIT NOTHING: no send was in flight\n");
    }
    return text.toString();
  }
}
