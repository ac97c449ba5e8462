package chasqui.envoy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.NodeState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// S27: an Envoy that has enough takes no more, and neither dies nor drops what it has.
class OverloadIT {

  private static final String STREAM = "chasqui.edge.v1.EdgeService/Connect";

  @TempDir
  private Path folder;

  private final EchoEdge edge = EchoEdge.start();
  private final List<ManagedChannel> channels = new ArrayList<>();

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    edge.close();
  }

  private EchoStream stream(Front front) {
    ManagedChannel channel = EchoEdge.channel(front);
    channels.add(channel);
    return new EchoStream(channel, STREAM);
  }

  @Test
  void connections_beyond_the_bound_are_refused_and_the_others_live() {
    Front.program();
    try (Front front = Front.l7(folder, Map.of("connections_max", "3"))) {
      front.announce("edge-1", edge.address(), NodeState.READY);
      List<EchoStream> streams = List.of(stream(front), stream(front), stream(front));
      streams.forEach(EchoStream::ping);
      assertEquals(Status.Code.UNAVAILABLE, stream(front).end().getCode());
      // It would try again, and might get the room that is made below.
      channels.getLast().shutdownNow();
      streams.forEach(EchoStream::ping);
      front.awaitStat("listener.127.0.0.1_" + front.port() + ".downstream_global_cx_overflow", 1);
      channels.getFirst().shutdownNow();
      streams.getFirst().end();
      front.awaitStatAtMost("http.clients.downstream_cx_active", 2);
      stream(front).ping();
    }
  }

  @Test
  void without_memory_nobody_gets_in_and_the_operator_sees_why() {
    Front.program();
    // Less than it has when it starts.
    try (Front front = Front.l7(folder, Map.of("heap_bytes", "1000000"))) {
      front.announce("edge-1", edge.address(), NodeState.READY);
      front.awaitStat("overload.envoy.overload_actions.reject_incoming_connections.active", 1);
      assertEquals(Status.Code.UNAVAILABLE, stream(front).end().getCode());
      assertTrue(front.envoy().isAlive());
      assertEquals(0, edge.asked().size());
    }
  }

  @Test
  void streams_beyond_the_bound_are_refused_and_the_others_live() {
    Front.program();
    try (Front front = Front.l7(folder, Map.of("streams_max", "2"))) {
      front.announce("edge-1", edge.address(), NodeState.READY);
      List<EchoStream> streams = List.of(stream(front), stream(front));
      streams.forEach(EchoStream::ping);
      assertEquals(Status.Code.UNAVAILABLE, stream(front).end().getCode());
      streams.forEach(EchoStream::ping);
      front.awaitStat("cluster.edges.upstream_rq_active_overflow", 1);
    }
  }
}
