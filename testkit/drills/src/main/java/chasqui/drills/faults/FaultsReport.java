package chasqui.drills.faults;

import chasqui.drills.faults.ground.Outcome;
import chasqui.testkit.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The table.
record FaultsReport(List<Result> results, double seconds, long seed) {

  boolean holds() {
    return count(Outcome.FAILED) == 0;
  }

  long count(Outcome outcome) {
    return results.stream().filter(result -> result.outcome() == outcome).count();
  }

  String json() {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Outcome outcome : Outcome.values()) {
      fields.put(outcome.name().toLowerCase(Locale.ROOT), count(outcome));
    }
    fields.put("seconds", Math.round(seconds * 10) / 10.0);
    fields.put("seed", seed);
    fields.put("rows", results.stream().map(Result::json).toList());
    return Json.write(fields);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    for (Result result : results) {
      text.append(String.format(Locale.ROOT, "%-4s %-19s %6.1f s  %s%n",
          result.row().id(), result.outcome().words(), result.seconds(), result.row().title()));
      if (!result.figures().isEmpty()) {
        text.append("       ").append(figures(result.figures())).append('\n');
      }
      result.notes().stream().limit(8).forEach(note -> text.append("       - ").append(note).append('\n'));
    }
    return text.append(String.format(Locale.ROOT, "%n%d passed, %d failed, %d not measurable here, %d later; %.0f s, seed %d",
        count(Outcome.PASSED), count(Outcome.FAILED), count(Outcome.NOT_MEASURABLE), count(Outcome.LATER), seconds, seed))
        .toString();
  }

  private static String figures(Map<String, Object> figures) {
    StringBuilder text = new StringBuilder();
    figures.forEach((name, value) ->
        text.append(text.isEmpty() ? "" : ", ").append(name.replace('_', ' ')).append(' ').append(value));
    return text.toString();
  }
}
