package chasqui.drills.sim.mesh;

import chasqui.discovery.Membership;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.drills.sim.store.SimStore;
import chasqui.edge.session.SessionEvent;
import chasqui.link.LinkLimits;
import chasqui.link.LinkRuntime;
import chasqui.registry.SessionRegistry;
import chasqui.router.MessageRouter;
import chasqui.testkit.sim.SimNode;
import chasqui.testkit.sim.grpc.SimChannel;
import chasqui.testkit.sim.grpc.SimServer;
import io.grpc.BindableService;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One incarnation of a node: its roles, wired as `node` wires them.
final class MeshNode {
  static final Meter METER = OpenTelemetry.noop().getMeter("simulation");
  /// As channels between nodes are to be set: a ping after 10 s of silence, 5 s for its answer.
  private static final long LINK_KEEP_ALIVE_NANOS = 15_000_000_000L;

  private final Mesh mesh;
  private final SimNode node;
  private final NodeSetup setup;
  private final NodeRecord self;
  private final Membership membership;
  private final LinkRuntime runtime;
  private final List<BindableService> services = new ArrayList<>();
  private final List<Runnable> starts = new ArrayList<>();
  private SimEdge edge;

  MeshNode(Mesh mesh, SimNode node, NodeSetup setup) {
    this.mesh = mesh;
    this.node = node;
    this.setup = setup;
    this.self = new NodeRecord(
        setup.name(), setup.name() + "-" + node.incarnation(), setup.name(), setup.roles(), NodeState.READY, "");
    this.membership = mesh.views().viewOf(node);
    this.runtime = runtime(mesh, node);
  }

  static LinkRuntime runtime(Mesh mesh, SimNode node) {
    return new LinkRuntime(
        to -> new SimChannel(mesh.world().network(), node, to.address(), LINK_KEEP_ALIVE_NANOS), node.executor(),
        node.random().split("links " + node.incarnation()), node.clock().ticker());
  }

  String name() {
    return setup.name();
  }

  void start() {
    if (setup.roles().contains(Role.MAILBOX)) {
      SimStore.open(mesh.ground(node), mesh.newDataSet(), store -> {
        services.add(new SimMailbox(node, mesh.settings().mailbox(), store, METER, mesh.talk()));
        startOthers();
      });
    } else {
      startOthers();
    }
  }

  private void startOthers() {
    Slots slots = new Slots(mesh.settings().slots());
    if (setup.roles().contains(Role.REGISTRY)) {
      SessionRegistry registry = new SessionRegistry(
          mesh.settings().registry(), LinkLimits.DEFAULT, runtime.scheduler(), runtime.nanoTime(), METER);
      services.add(registry.service());
      starts.add(registry::start);
    }
    if (setup.roles().contains(Role.ROUTER)) {
      MessageRouter router =
          new MessageRouter(self, slots, mesh.settings().router(), membership, runtime, METER);
      services.add(router.service());
      starts.add(router::start);
    }
    if (setup.roles().contains(Role.EDGE)) {
      edge = new SimEdge(node, self, membership, runtime, slots, mesh.settings().sessions());
      services.add(edge);
      starts.add(edge::start);
    }
    SimServer.serve(mesh.world().network(), node, services.toArray(BindableService[]::new));
    starts.forEach(Runnable::run);
    mesh.views().announce(node, self);
  }

  void drain(long deadlineMillis, long reconnectAfterMillis) {
    if (node.isAlive() && edge != null) {
      node.execute(() -> edge.drain(new SessionEvent.DrainWanted(
          Duration.ofMillis(deadlineMillis), Duration.ofMillis(reconnectAfterMillis))));
    }
  }
}
