package chasqui.drills.sim.mesh;

import chasqui.discovery.InMemoryMembership;
import chasqui.discovery.Membership;
import chasqui.discovery.NodeRecord;
import chasqui.testkit.sim.SimNode;
import chasqui.testkit.sim.SimRandom;
import chasqui.testkit.sim.SimScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// A membership service that is always there: it tells every node what is so, each some time later, and forgets a node
/// whose lease ran out.
final class Views implements ViewSource {
  private static final long LEASE_NANOS = 5_000_000_000L;
  private static final long SWEEP_NANOS = 500_000_000L;
  private static final long DELAY_MAX_NANOS = 200_000_000L;

  private record Known(NodeRecord record, SimNode node, long incarnation) {}

  private record Viewer(SimNode node, long incarnation, InMemoryMembership view) {}

  private final SimScheduler scheduler;
  private final SimRandom random;
  private final TreeMap<String, Known> known = new TreeMap<>();
  private final TreeMap<String, Long> deadSince = new TreeMap<>();
  private final List<Viewer> viewers = new ArrayList<>();

  Views(SimScheduler scheduler, SimRandom random) {
    this.scheduler = scheduler;
    this.random = random;
    scheduler.after(SWEEP_NANOS, this::sweep);
  }

  @Override
  public Membership viewOf(SimNode node) {
    Viewer viewer = new Viewer(node, node.incarnation(), new InMemoryMembership());
    viewers.removeIf(old -> !isAlive(old.node(), old.incarnation()));
    viewers.add(viewer);
    tell(viewer);
    return viewer.view();
  }

  @Override
  public void announce(SimNode node, NodeRecord record) {
    known.put(record.nodeId(), new Known(record, node, node.incarnation()));
    deadSince.remove(record.nodeId());
    viewers.forEach(this::tell);
  }

  private void tell(Viewer viewer) {
    viewer.node().schedule(random.between(0, DELAY_MAX_NANOS), () -> update(viewer));
  }

  /// Brings a view to what is so now.
  private void update(Viewer viewer) {
    if (viewer.node().incarnation() != viewer.incarnation()) {
      return;
    }
    for (NodeRecord old : viewer.view().view().nodes()) {
      if (!known.containsKey(old.nodeId())) {
        viewer.view().withdraw(old.nodeId());
      }
    }
    for (Known now : known.values()) {
      if (!viewer.view().view().nodes().contains(now.record())) {
        viewer.view().announce(now.record());
      }
    }
  }

  private void sweep() {
    long nowNanos = scheduler.nowNanos();
    for (Known one : List.copyOf(known.values())) {
      String id = one.record().nodeId();
      if (isAlive(one.node(), one.incarnation())) {
        deadSince.remove(id);
      } else if (nowNanos - deadSince.computeIfAbsent(id, _ -> nowNanos) >= LEASE_NANOS) {
        known.remove(id);
        viewers.forEach(this::tell);
      }
    }
    scheduler.after(SWEEP_NANOS, this::sweep);
  }

  private static boolean isAlive(SimNode node, long incarnation) {
    return node.isAlive() && node.incarnation() == incarnation;
  }
}
