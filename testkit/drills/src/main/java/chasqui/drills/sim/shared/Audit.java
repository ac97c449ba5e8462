package chasqui.drills.sim.shared;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/// Complains of what must not be, once for each thing.
final class Audit {
  private final Consumer<String> complaint;
  private final Set<String> said = new HashSet<>();

  Audit(Consumer<String> complaint) {
    this.complaint = complaint;
  }

  void expect(boolean holds, String otherwise, Object where) {
    if (!holds && said.add(otherwise + where)) {
      complaint.accept("custody: " + otherwise + " (" + where + ")");
    }
  }
}
