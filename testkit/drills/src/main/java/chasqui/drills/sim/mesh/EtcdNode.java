package chasqui.drills.sim.mesh;

import chasqui.discovery.InMemoryMembership;
import chasqui.discovery.Membership;
import chasqui.discovery.NodeRecord;
import chasqui.drills.sim.shared.Letters;
import chasqui.testkit.sim.SimNode;
import chasqui.testkit.sim.SimWorld;
import java.util.List;
import java.util.TreeMap;

/// A membership service that fails like everything else: a node of its own, reached over the network, which may pause,
/// crash, be cut off, or forget. A node's record stands as long as its lease is renewed; views are passed on as they are,
/// however empty, and stay as they are while nothing comes.
final class EtcdNode implements ViewSource {
  static final String NAME = "etcd";
  private static final long LEASE_NANOS = 5_000_000_000L;
  private static final long RENEW_NANOS = 1_000_000_000L;
  private static final long SWEEP_NANOS = 500_000_000L;

  private record Lease(NodeRecord record, long untilNanos) {}

  /// One incarnation of a node and what it has heard.
  private static final class Viewer {
    final SimNode node;
    final long life;
    final InMemoryMembership view = new InMemoryMembership();
    NodeRecord record;
    long revision;

    Viewer(SimNode node) {
      this.node = node;
      this.life = node.incarnation();
    }

    boolean isAlive() {
      return node.isAlive() && node.incarnation() == life;
    }
  }

  private final SimWorld world;
  private final SimNode node;
  private final Letters letters;
  private final TreeMap<String, Viewer> viewers = new TreeMap<>();
  // What is stored: outlives a crash of the node.
  private final TreeMap<String, Lease> leases = new TreeMap<>();
  private final TreeMap<String, Long> deafUntil = new TreeMap<>();
  private long revision;

  EtcdNode(SimWorld world, Letters letters) {
    this.world = world;
    this.letters = letters;
    this.node = world.node(NAME);
    node.start(self -> {
      letters.receive(self);
      leases.replaceAll((_, lease) -> new Lease(lease.record(), now() + LEASE_NANOS));
      sweep();
    });
  }

  private long now() {
    return world.scheduler().nowNanos();
  }

  private void sweep() {
    if (leases.values().removeIf(lease -> lease.untilNanos() <= now())) {
      changed();
    }
    node.schedule(SWEEP_NANOS, this::sweep);
  }

  private void changed() {
    revision++;
    viewers.values().forEach(this::tell);
  }

  private void tell(Viewer viewer) {
    List<NodeRecord> records = leases.values().stream().map(Lease::record).toList();
    long told = revision;
    letters.post(node, viewer.node.name(), () -> update(viewer, told, records));
  }

  private void update(Viewer viewer, long revision, List<NodeRecord> records) {
    if (!viewer.isAlive() || revision <= viewer.revision) {
      return;
    }
    viewer.revision = revision;
    world.trace().note(viewer.node + " sees " + records.stream().map(one -> one.incarnation() + " " + one.state()).toList());
    for (NodeRecord old : viewer.view.view().nodes()) {
      if (records.stream().noneMatch(now -> now.nodeId().equals(old.nodeId()))) {
        viewer.view.withdraw(old.nodeId());
      }
    }
    for (NodeRecord now : records) {
      if (!viewer.view.view().nodes().contains(now)) {
        viewer.view.announce(now);
      }
    }
  }

  @Override
  public Membership viewOf(SimNode of) {
    Viewer viewer = new Viewer(of);
    viewers.put(of.name(), viewer);
    renew(viewer);
    return viewer.view;
  }

  private void renew(Viewer viewer) {
    say(viewer);
    viewer.node.schedule(RENEW_NANOS, () -> renew(viewer));
  }

  private void say(Viewer viewer) {
    NodeRecord record = viewer.record;
    letters.post(viewer.node, NAME, () -> heard(viewer, record));
  }

  private void heard(Viewer viewer, NodeRecord record) {
    if (record != null && deafUntil.getOrDefault(record.nodeId(), 0L) <= now()) {
      Lease before = leases.get(record.nodeId());
      // A letter of an incarnation that is over comes late, and changes nothing.
      boolean late = !viewer.isAlive() && before != null && !before.record().isSameLife(record);
      if (!late) {
        leases.put(record.nodeId(), new Lease(record, now() + LEASE_NANOS));
        if (before == null || !before.record().equals(record)) {
          changed();
        }
      }
    }
    tell(viewer);
  }

  @Override
  public void announce(SimNode of, NodeRecord record) {
    Viewer viewer = viewers.get(of.name());
    viewer.record = record;
    say(viewer);
  }

  @Override
  public void loseLease(String nodeId, long forNanos) {
    deafUntil.put(nodeId, now() + forNanos);
    if (leases.remove(nodeId) != null) {
      changed();
    }
  }

  @Override
  public void empty(long forNanos) {
    List.copyOf(leases.keySet()).forEach(id -> deafUntil.put(id, now() + forNanos));
    leases.clear();
    changed();
  }
}
