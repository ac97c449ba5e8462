package chasqui.drills.crash;

import chasqui.drills.fleet.Latencies;
import chasqui.testkit.check.Verdict;
import chasqui.testkit.json.Json;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// What a crash loop found.
///
/// @param hits kills that found at least one send in flight
/// @param queues how many queues were watched
record CrashReport(
    CrashPlan plan, long seed, Verdict verdict, int kills, int hits, int queues, boolean complete, double seconds,
    Latencies latencies) {

  boolean holds() {
    return verdict.holds() && complete && kills >= plan.kills() && hits > 0 && verdict.acked() >= plan.ackedMin()
        && queues > 0;
  }

  String json() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("holds", holds());
    fields.put("seed", seed);
    fields.put("clients", plan.clients());
    fields.put("kills", kills);
    fields.put("kills_with_sends_in_flight", hits);
    fields.put("sent", verdict.sent());
    fields.put("acked", verdict.acked());
    fields.put("failed", verdict.failed());
    fields.put("unknown", verdict.unknown());
    fields.put("lost", verdict.lost());
    fields.put("duplicated", verdict.duplicated());
    fields.put("out_of_order", verdict.outOfOrder());
    fields.put("redelivered", verdict.redelivered());
    fields.put("queues_watched", queues);
    fields.put("complete", complete);
    fields.put("violations", verdict.violationCount());
    fields.put("violations_by_promise", verdict.violationsByPromise());
    fields.put("seconds", seconds);
    fields.put("ack_p50_ms", latencies.p50Ms());
    fields.put("ack_p99_ms", latencies.p99Ms());
    return Json.write(fields);
  }

  String text() {
    StringBuilder text = new StringBuilder(String.format(Locale.ROOT, """
          %d clients, %d kills (%d with sends in flight), %.0f s, seed %d
          sent %d, acked %d, failed %d, unknown %d, redelivered %d; send to ack: %s, crashes included
          lost %d, duplicated %d, out of order %d; %d queues watched; violations %s
        """,
        plan.clients(), kills, hits, seconds, seed, verdict.sent(), verdict.acked(), verdict.failed(),
        verdict.unknown(), verdict.redelivered(), latencies, verdict.lost(), verdict.duplicated(),
        verdict.outOfOrder(), queues, verdict.violationsByPromise()));
    verdict.violations().forEach(violation -> text.append("  ").append(violation).append('\n'));
    if (!complete) {
      text.append("  NOT COMPLETE: not every device had everything in time\n");
    }
    return text.append(holds() ? "  every promise held\n" : "  NOT HELD\n").toString();
  }
}
