package chasqui.mailbox.custody;

import chasqui.discovery.MembershipView;
import chasqui.mailbox.store.shared.SharedTables;
import chasqui.store.v1.IncarnationRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// What became of other incarnations: finds out who is dead, and takes over from them.
final class Predecessors {

  /// Ticks between two looks at one that was found alive, or could not be found out about.
  private static final int TICKS_PER_LOOK = 4;
  private static final int TICKS_PER_SWEEP = 120;

  private final SharedTables tables;
  private final Loop loop;
  private final Probe probe;
  private final Evidence evidence;
  private final Supplier<MembershipView> view;
  private final Takeover.Parts parts;
  private final String self;
  private final Runnable changed;
  private final Remains remains;
  private final Set<String> replayed = new HashSet<>();
  private final Set<String> underWay = new HashSet<>();
  private final Map<String, Integer> lookedAt = new HashMap<>();
  // Those that the last sweep found without a place in the membership.
  private Set<String> strays = new HashSet<>();
  private int tick;

  /// @param changed run when one is replayed now that was not before
  Predecessors(
      Takeover.Parts parts, Probe probe, Evidence evidence, Supplier<MembershipView> view, String self, Runnable changed) {
    this.tables = parts.tables();
    this.loop = parts.loop();
    this.parts = parts;
    this.probe = probe;
    this.evidence = evidence;
    this.view = view;
    this.self = self;
    this.changed = changed;
    this.remains = new Remains(loop, tables.journal());
  }

  /// True if all it ever committed is applied and told of, as far as is known here.
  boolean isReplayed(String incarnation) {
    return replayed.contains(incarnation);
  }

  /// Those that are being taken over, or were: they never serve again.
  Set<String> ended() {
    Set<String> ended = new HashSet<>(replayed);
    ended.addAll(underWay);
    return ended;
  }

  /// True if it is being taken over, or was.
  boolean isEnded(String incarnation) {
    return replayed.contains(incarnation) || underWay.contains(incarnation);
  }

  /// Its slots are wanted, or it is a stray: finds out whether it was replayed, and whether it is dead if it is out of the
  /// membership; takes over then. Of those in the membership {@link #silent} tells.
  void consider(String incarnation) {
    if (incarnation.equals(self) || underWay.contains(incarnation)) {
      return;
    }
    Integer last = lookedAt.get(incarnation);
    if (last != null && tick - last < TICKS_PER_LOOK) {
      return;
    }
    lookedAt.put(incarnation, tick);
    read(incarnation, row -> {
      if (isStray(incarnation)) {
        loop.when(probe.probe(row.getAddress()), (answer, unknown) -> {
          if (unknown == null && !Evidence.isThere(answer, incarnation) && isStray(incarnation)) {
            takeOver(row);
          }
        });
      }
    });
  }

  /// A router cannot reach it, and it did not answer a probe of ours a moment ago: takes over.
  void silent(String incarnation) {
    if (isEnded(incarnation)) {
      return;
    }
    read(incarnation, row -> {
      if (evidence.isSilent(incarnation)) {
        takeOver(row);
      }
    });
  }

  private void read(String incarnation, Consumer<IncarnationRow> unlessReplayed) {
    loop.when(tables.incarnations().read(incarnation), (row, failure) -> {
      if (failure != null) {
        return;
      }
      if (row.isEmpty() || row.get().getReplayed()) {
        // It was listed before it served anything, so one that is not listed any more was replayed long ago.
        replayed.add(incarnation);
        changed.run();
      } else {
        unlessReplayed.accept(row.get());
      }
    });
  }

  private boolean isStray(String incarnation) {
    return view.get().nodes().stream().noneMatch(node -> node.incarnation().equals(incarnation));
  }

  private void takeOver(IncarnationRow row) {
    String incarnation = row.getIncarnation();
    if (replayed.contains(incarnation) || !underWay.add(incarnation)) {
      return;
    }
    new Takeover(parts, row, () -> {
      underWay.remove(incarnation);
      replayed.add(incarnation);
      changed.run();
    }).begin();
  }

  /// A quarter of a second went by.
  void tick() {
    tick++;
    lookedAt.values().removeIf(at -> tick - at >= TICKS_PER_LOOK);
    if (tick % TICKS_PER_SWEEP == 0) {
      sweep();
    }
  }

  // One that begins is listed before it is in the membership: only who was missing twice is looked at.
  private void sweep() {
    loop.when(tables.incarnations().list(), (rows, failure) -> {
      if (failure != null) {
        return;
      }
      Set<String> missing = new HashSet<>();
      for (IncarnationRow row : rows) {
        String incarnation = row.getIncarnation();
        if (!row.getReplayed() && !incarnation.equals(self) && isStray(incarnation)) {
          missing.add(incarnation);
          if (strays.contains(incarnation)) {
            consider(incarnation);
          }
        }
      }
      strays = missing;
      remains.swept(rows);
      Set<String> listed = new HashSet<>();
      rows.forEach(row -> listed.add(row.getIncarnation()));
      replayed.retainAll(listed);
    });
  }
}
