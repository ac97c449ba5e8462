package chasqui.node.mesh;

import chasqui.discovery.Membership;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.Slots;
import chasqui.edge.TokenVerifier;
import chasqui.edge.server.EdgeNode;
import chasqui.link.LinkRuntime;
import io.grpc.Channel;
import io.opentelemetry.api.metrics.Meter;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/// What the roles of one mesh share.
///
/// @param timers ticks and deadlines of all roles; tasks are short and never block
record MeshParts(
    Platform platform, Membership membership, Slots slots, TokenVerifier tokens, ScheduledExecutorService timers) {

  Meter meter() {
    return platform.meter();
  }

  LinkRuntime links() {
    return new LinkRuntime(InternalTransport::channel, timers, platform.random(), System::nanoTime);
  }

  EdgeNode.Surroundings aroundEdge(Function<NodeRecord, Channel> channels) {
    return new EdgeNode.Surroundings(membership, channels, slots, tokens, timers, platform.clock(), System::nanoTime, platform.random());
  }
}
