package chasqui.drills.sim.shared;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;

/// One copy of all cells.
final class Replica {
  // Never gone through: only looked up.
  private final Map<String, NavigableMap<String, CellWrite>> partitions = new HashMap<>();
  private final Consumer<String> complaint;

  Replica(Consumer<String> complaint) {
    this.complaint = complaint;
  }

  void write(CellWrite write) {
    NavigableMap<String, CellWrite> rows = partitions.computeIfAbsent(write.partition(), _ -> new TreeMap<>());
    CellWrite before = rows.get(write.key());
    if (write.standsOver(before)) {
      rows.put(write.key(), write);
    } else if (before.order() == write.order() && !Objects.equals(before.value(), write.value())) {
      complaint.accept("two values have the order " + write.order() + ": " + before + " and " + write);
    }
  }

  NavigableMap<String, CellWrite> rows(String partition) {
    return partitions.getOrDefault(partition, Collections.emptyNavigableMap());
  }

  /// True if the cell has this write, or a later one.
  boolean has(CellWrite write) {
    CellWrite stands = rows(write.partition()).get(write.key());
    return stands != null && stands.order() >= write.order();
  }
}
