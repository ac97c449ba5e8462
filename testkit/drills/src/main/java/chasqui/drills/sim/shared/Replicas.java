package chasqui.drills.sim.shared;

import chasqui.testkit.sim.SimRandom;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The copies of all cells. A write is durable once two of three have it, and a read asks two: it sees every durable
/// write, and some that are not, now and then.
final class Replicas {
  static final int COUNT = 3;
  static final int QUORUM = 2;

  private final SimRandom random;
  private final List<Replica> all;

  Replicas(SimRandom random, Consumer<String> complaint) {
    this.random = random;
    this.all = Stream.generate(() -> new Replica(complaint)).limit(COUNT).toList();
  }

  Replica one(int number) {
    return all.get(number);
  }

  /// What two of the copies, drawn by lot, say together.
  NavigableMap<String, CellWrite> read(String partition) {
    int left = random.nextInt(COUNT);
    NavigableMap<String, CellWrite> merged = new TreeMap<>();
    for (int i = 0; i < COUNT; i++) {
      if (i != left) {
        merge(all.get(i).rows(partition), merged);
      }
    }
    return live(merged);
  }

  /// What all copies say together.
  NavigableMap<String, CellWrite> readAll(String partition) {
    NavigableMap<String, CellWrite> merged = new TreeMap<>();
    all.forEach(replica -> merge(replica.rows(partition), merged));
    return live(merged);
  }

  private static void merge(NavigableMap<String, CellWrite> rows, NavigableMap<String, CellWrite> into) {
    rows.forEach((key, row) -> {
      if (row.standsOver(into.get(key))) {
        into.put(key, row);
      }
    });
  }

  private static NavigableMap<String, CellWrite> live(NavigableMap<String, CellWrite> rows) {
    rows.values().removeIf(row -> row.value() == null);
    return rows;
  }

  /// True if enough copies have the write, or a later one of its cell.
  boolean isDurable(CellWrite write) {
    return all.stream().filter(replica -> replica.has(write)).count() >= QUORUM;
  }
}
