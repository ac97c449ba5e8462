package chasqui.drills.sim.mesh;

import chasqui.discovery.Membership;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.edge.server.EdgeIdentity;
import chasqui.edge.server.EdgeNode;
import chasqui.edge.server.SessionLoops;
import chasqui.link.LinkLimits;
import chasqui.link.LinkRuntime;
import chasqui.presence.PresenceConfig;
import chasqui.presence.PresenceService;
import chasqui.registry.SessionRegistry;
import chasqui.router.MessageRouter;
import chasqui.testkit.sim.SimNode;
import chasqui.testkit.sim.grpc.SimChannel;
import chasqui.testkit.sim.grpc.SimServer;
import io.grpc.ServerServiceDefinition;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// One incarnation of a node: its roles, wired as `node` wires them, on simulated transports, timers and clocks.
final class MeshNode {
  private static final Meter METER = OpenTelemetry.noop().getMeter("simulation");
  /// As channels between nodes are to be set: a ping after 10 s of silence, 5 s for its answer.
  private static final long LINK_KEEP_ALIVE_NANOS = 15_000_000_000L;

  private final Mesh mesh;
  private final SimNode node;
  private final NodeSetup setup;
  private final NodeRecord self;
  private final Membership membership;
  private final LinkRuntime runtime;
  private final List<ServerServiceDefinition> services = new ArrayList<>();
  private final List<Runnable> starts = new ArrayList<>();
  private EdgeNode edge;
  private SimMailbox mailbox;

  MeshNode(Mesh mesh, SimNode node, NodeSetup setup) {
    this.mesh = mesh;
    this.node = node;
    this.setup = setup;
    this.self = new NodeRecord(
        setup.name(), setup.name() + "-" + node.incarnation(), setup.name(), setup.roles(), NodeState.READY, "");
    mesh.ground().begin(node);
    this.membership = mesh.views().viewOf(node);
    this.runtime = new LinkRuntime(
        to -> channel(to), node.executor(), node.random().split("links " + node.incarnation()), node.clock().ticker());
  }

  private SimChannel channel(NodeRecord to) {
    return new SimChannel(mesh.world().network(), node, to.address(), LINK_KEEP_ALIVE_NANOS);
  }

  SimNode node() {
    return node;
  }

  int stripes() {
    return mesh.settings().mailbox().stripes();
  }

  boolean isAlive() {
    return node.isAlive() && self.incarnation().equals(setup.name() + "-" + node.incarnation());
  }

  /// What this incarnation says of itself once it is ready.
  NodeRecord self() {
    return self;
  }

  /// What this node knows of others.
  Membership membership() {
    return membership;
  }

  /// The mailbox of this incarnation.
  SimMailbox mailbox(SimMailbox.Parts parts) {
    return new SimMailbox(node, mesh.settings().mailbox(), parts, METER, mesh.talk());
  }

  /// A channel to the node of that name, for whoever asks it directly.
  SimChannel channel(String address) {
    return new SimChannel(mesh.world().network(), node, address);
  }

  String name() {
    return setup.name();
  }

  void start() {
    if (setup.roles().contains(Role.MAILBOX)) {
      mesh.ground().open(this, opened -> {
        mailbox = opened;
        services.add(mailbox.bindService());
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
      services.add(registry.service().bindService());
      starts.add(registry::start);
      PresenceService presence = new PresenceService(
          PresenceConfig.DEFAULT, LinkLimits.DEFAULT, runtime.scheduler(), runtime.nanoTime(), METER);
      services.add(presence.service().bindService());
      starts.add(presence::start);
    }
    if (setup.roles().contains(Role.ROUTER)) {
      MessageRouter router = new MessageRouter(self, slots, mesh.settings().router(), membership, runtime, METER);
      services.add(router.service().bindService());
      starts.add(router::start);
    }
    if (setup.roles().contains(Role.EDGE)) {
      edge = edge(slots);
      services.addAll(edge.services());
      starts.add(edge::start);
    }
    services.add(new ProbeAnswers(self.incarnation()).bindService());
    SimServer.serve(mesh.world().network(), node, services);
    starts.forEach(Runnable::run);
    if (mailbox == null) {
      mesh.views().announce(node, self);
    } else {
      mailbox.start().thenRun(() -> mesh.views().announce(node, self));
    }
  }

  private EdgeNode edge(Slots slots) {
    EdgeNode.Surroundings around = new EdgeNode.Surroundings(
        membership, this::channel, slots, new SimTokens(node.clock()), runtime.scheduler(), node.clock(),
        runtime.nanoTime(), node.random().split("edge " + node.incarnation()));
    return new EdgeNode(
        mesh.settings().edge(), new EdgeIdentity(self.nodeId(), self.incarnation()), around,
        SessionLoops.on(node, runtime.scheduler(), runtime.nanoTime()), METER);
  }

  /// Leaves as for a deploy: streams are asked to go elsewhere, slots are handed over; then the process ends, however far
  /// that got within a while, and comes back.
  void leave(long deadlineMillis, long awayNanos) {
    if (!isAlive() || edge == null && mailbox == null) {
      return;
    }
    node.execute(() -> {
      mesh.ground().leaving(this);
      CompletionStage<Void> edgeLeft = edge == null
          ? CompletableFuture.completedStage(null) : edge.drain(Duration.ofMillis(deadlineMillis)).thenRun(() -> {});
      CompletionStage<Void> mailboxLeft = mailbox == null ? CompletableFuture.completedStage(null) : mailbox.drain();
      edgeLeft.thenCombine(mailboxLeft, (one, other) -> one).thenRun(() -> end(awayNanos));
    });
  }

  private void end(long awayNanos) {
    if (isAlive()) {
      node.crashFor(awayNanos, true);
    }
  }
}
