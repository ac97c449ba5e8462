package chasqui.node.mesh;

import chasqui.discovery.Membership;
import chasqui.discovery.Slots;
import chasqui.edge.TokenVerifier;
import chasqui.edge.server.EdgeNode;
import chasqui.link.GuardedChannels;
import chasqui.link.LinkRuntime;
import chasqui.node.Platform;
import chasqui.node.transport.InternalTransport;
import io.opentelemetry.api.metrics.Meter;
import java.util.concurrent.ScheduledExecutorService;

/// What the roles of one process share.
///
/// @param transport how they reach other roles, in this process or not
/// @param timers ticks and deadlines of all roles; tasks are short and never block
record MeshParts(
    Platform platform, Membership membership, InternalTransport transport, Slots slots, ScheduledExecutorService timers) {

  Meter meter() {
    return platform.meter();
  }

  LinkRuntime links() {
    return new LinkRuntime(channels(), timers, platform.random(), System::nanoTime);
  }

  private GuardedChannels channels() {
    return new GuardedChannels(transport::channel);
  }

  EdgeNode.Surroundings aroundEdge(TokenVerifier tokens) {
    return new EdgeNode.Surroundings(
        membership, channels(), slots, tokens, timers, platform.clock(), System::nanoTime, platform.random());
  }
}
