package chasqui.drills.faults;

import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A row and what came of it.
///
/// @param notes breaches first
record Result(Row row, Outcome outcome, double seconds, Map<String, Object> figures, List<String> notes) {

  static Result of(Row row, Finding finding, long nanos) {
    return new Result(row, finding.outcome(), nanos / 1e9, finding.figures(), finding.notes());
  }

  static Result later(Row row) {
    String waitsFor = row.fight() instanceof Row.Later(var what) ? what : "nothing";
    return new Result(row, Outcome.LATER, 0, Map.of(), List.of("waits for " + waitsFor));
  }

  static Result unmeasured(Row row, String why) {
    return new Result(row, Outcome.NOT_MEASURABLE, 0, Map.of(), List.of(why));
  }

  Map<String, Object> json() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("row", row.id());
    fields.put("title", row.title());
    fields.put("outcome", outcome.words());
    fields.put("seconds", Math.round(seconds * 10) / 10.0);
    fields.put("figures", figures);
    fields.put("notes", notes);
    return fields;
  }
}
