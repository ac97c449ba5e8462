package chasqui.drills.sim;

import chasqui.drills.sim.mesh.Mesh;
import chasqui.testkit.sim.SimRandom;
import chasqui.testkit.sim.SimWorld;
import java.util.List;

/// What operators do, and what a membership service does by itself: nodes leave in good order and come back, a mailbox
/// joins late, a living node loses its lease, the membership is emptied.
final class Upheaval {
  private static final long SECOND = 1_000_000_000L;
  private static final double JOINING = 0.3;
  private static final double EMPTYING = 0.15;

  private final SimWorld world;
  private final Mesh mesh;
  private final long horizonNanos;
  private final SimRandom random;
  private boolean joining;

  Upheaval(SimWorld world, Mesh mesh, long horizonNanos) {
    this.world = world;
    this.mesh = mesh;
    this.horizonNanos = horizonNanos;
    this.random = world.random().split("upheaval");
  }

  /// Starts the nodes; of several mailboxes the last may join later.
  void start(boolean shared) {
    joining = shared && random.chance(JOINING);
    for (String name : mesh.names()) {
      if (!joining || !name.equals(mesh.mailboxes().getLast())) {
        mesh.start(name);
      }
    }
  }

  void begin(boolean shared) {
    SimRandom drains = world.random().split("drains");
    long edges = drains.between(0, 3);
    for (int i = 0; i < edges; i++) {
      leave(drains, mesh.edges());
    }
    if (!shared) {
      return;
    }
    if (joining) {
      at(random.nextLong(horizonNanos), () -> mesh.start(mesh.mailboxes().getLast()));
    }
    long mailboxes = random.between(0, 2);
    for (int i = 0; i < mailboxes; i++) {
      leave(random, mesh.mailboxes());
    }
    long leases = random.between(0, 2);
    for (int i = 0; i < leases; i++) {
      String name = random.pick(mesh.names());
      long away = random.between(100_000_000, 15 * SECOND);
      at(random.nextLong(horizonNanos), () -> mesh.loseLease(name, away));
    }
    if (random.chance(EMPTYING)) {
      long away = random.between(0, 10 * SECOND);
      at(random.nextLong(horizonNanos), () -> mesh.emptyMembership(away));
    }
  }

  private void leave(SimRandom by, List<String> names) {
    String name = by.pick(names);
    long deadline = by.between(500, 5_000);
    long away = by.between(100_000_000, 2 * SECOND);
    at(by.nextLong(horizonNanos), () -> mesh.leave(name, deadline, away));
  }

  private void at(long nanos, Runnable task) {
    world.scheduler().after(nanos, task);
  }
}
