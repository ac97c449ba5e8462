package chasqui.drills.sim.mesh;

import chasqui.discovery.Membership;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.Placement;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.edge.session.FrameCheck;
import chasqui.edge.session.HotFrameCheck;
import chasqui.edge.session.RegistryPort;
import chasqui.edge.session.RouterPort;
import chasqui.edge.session.SchemaCheck;
import chasqui.edge.session.SessionEvent;
import chasqui.edge.session.SessionLimits;
import chasqui.edge.session.SessionMetrics;
import chasqui.edge.session.SessionShared;
import chasqui.edge.session.Signal;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.EdgeServiceGrpc;
import chasqui.edge.v1.ServerFrame;
import chasqui.testkit.sim.SimNode;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/// The edge of one incarnation of a node: real sessions, one for each stream.
final class SimEdge extends EdgeServiceGrpc.EdgeServiceImplBase {
  private static final long TICK_NANOS = 1_000_000_000L;
  // Dear to build, and the same for everybody.
  private static final FrameCheck FRAMES = new HotFrameCheck(new SchemaCheck());

  private final SimNode node;
  private final Membership membership;
  private final Slots slots;
  private final SessionShared shared;
  private final SimEdgeLinks links;
  private final TreeMap<Long, SimStream> streams = new TreeMap<>();
  private long lastSession;

  SimEdge(SimNode node, NodeRecord self, Membership membership, chasqui.link.LinkRuntime runtime, Slots slots, SessionLimits limits) {
    this.node = node;
    this.membership = membership;
    this.slots = slots;
    this.shared = new SessionShared(
        limits, new SimTokens(node.clock()), FRAMES, node.clock(), node.random().split("edge " + node.incarnation()),
        new SessionMetrics() {});
    this.links = new SimEdgeLinks(this, self, membership, runtime);
  }

  void start() {
    links.start();
    node.schedule(TICK_NANOS, this::tick);
  }

  private void tick() {
    links.tick();
    for (SimStream stream : List.copyOf(streams.values())) {
      stream.handle(Signal.TICK);
    }
    node.schedule(TICK_NANOS, this::tick);
  }

  SimNode node() {
    return node;
  }

  Slots slots() {
    return slots;
  }

  NodeRecord owner(Role role, String id) {
    return Placement.owner(slots.of(id), membership.view().ready(role)).orElse(null);
  }

  long nowMillis() {
    return node.clock().nanoTime() / 1_000_000;
  }

  SimStream stream(long session) {
    return streams.get(session);
  }

  void compareAll() {
    List.copyOf(streams.values()).forEach(stream -> node.execute(() -> stream.handle(Signal.COMPARE)));
  }

  void forget(long session) {
    streams.remove(session);
  }

  @Override
  public StreamObserver<ClientFrame> connect(StreamObserver<ServerFrame> responses) {
    long session = ++lastSession;
    SimStream stream =
        new SimStream(this, session, (ServerCallStreamObserver<ServerFrame>) responses, links, links, shared);
    streams.put(session, stream);
    return stream;
  }

  /// Makes every stream open its next one elsewhere.
  void drain(SessionEvent.DrainWanted wanted) {
    List.copyOf(streams.values()).forEach(stream -> stream.handle(wanted));
  }

  /// Asks an owner for somebody who holds no stream.
  RouterPort.Taken ask(chasqui.mailbox.v1.MailboxRequest.Builder request, Consumer<chasqui.mailbox.v1.MailboxResponse> answer) {
    return links.request(request, (response, _) -> answer.accept(response));
  }

  List<RegistryPort.Card> cards() {
    return new ArrayList<>(links.cards());
  }
}
