package chasqui.drills.faults;

import chasqui.drills.faults.ground.Drill;
import java.util.List;
import java.util.function.Supplier;

/// A row of the table.
///
/// @param id as the table of faults names it; `B` rows are bad input that has no row there
/// @param title what is done
/// @param drill makes what does it; null where the row waits
/// @param waitsFor what it waits for; null where there is a drill
/// @param settings how its node differs from one as it comes
record Row(String id, String title, Supplier<Drill> drill, String waitsFor, List<String> settings) {

  static Row of(String id, String title, Supplier<Drill> drill) {
    return new Row(id, title, drill, null, List.of());
  }

  /// A row that needs a node of its own kind.
  static Row on(List<String> settings, String id, String title, Supplier<Drill> drill) {
    return new Row(id, title, drill, null, settings);
  }

  static Row later(String id, String title, String waitsFor) {
    return new Row(id, title, null, waitsFor, List.of());
  }
}
