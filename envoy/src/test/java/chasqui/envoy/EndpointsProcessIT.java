package chasqui.envoy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Role;
import chasqui.discovery.etcd.EtcdConfig;
import chasqui.discovery.etcd.EtcdMembership;
import chasqui.testkit.etcd.EtcdServer;
import chasqui.testkit.process.Await;
import chasqui.testkit.process.FetchedTool;
import chasqui.testkit.process.JavaCommand;
import chasqui.testkit.process.JavaProcess;
import io.grpc.ManagedChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The way of an edge into Envoy: its record in a real etcd, the endpoints process, the file, Envoy.
class EndpointsProcessIT {

  private static final String STREAM = "chasqui.edge.v1.EdgeService/Connect";

  @TempDir
  private Path folder;

  private static Path etcd() {
    return switch (FetchedTool.find("etcd")) {
      case FetchedTool.Here here -> here.program();
      case FetchedTool.Missing missing -> Assumptions.abort("no etcd: " + missing.reason());
    };
  }

  private JavaProcess endpoints(EtcdServer etcd, Path into) {
    return new JavaCommand("chasqui.envoy.Main")
        .jvm("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-XX:TieredStopAtLevel=1")
        .arguments("endpoints", "--etcd", String.join(",", etcd.endpoints()), "--into", into.toString(), "--edges", "plaintext")
        .start();
  }

  private static EtcdMembership join(EtcdServer etcd) {
    return new EtcdMembership(
        new EtcdConfig(etcd.endpoints(), "chasqui", EtcdConfig.DEFAULT_LEASE_TTL), _ -> CompletableFuture.completedFuture(false));
  }

  private static NodeRecord record(String id, EchoEdge edge) {
    return new NodeRecord(id, id + "-life", "127.0.0.1:1", Set.of(Role.EDGE), NodeState.READY, "").withEdgeAt(edge.address());
  }

  /// Opens a stream and tells which of the edges got it; none may be lost.
  private static EchoEdge where(ManagedChannel channel, EchoEdge... edges) {
    List<Integer> before = List.of(edges).stream().map(edge -> edge.asked().size()).toList();
    EchoStream stream = new EchoStream(channel, STREAM);
    stream.ping();
    stream.close();
    for (int i = 0; i < edges.length; i++) {
      if (edges[i].asked().size() > before.get(i)) {
        return edges[i];
      }
    }
    throw new AssertionError("no edge got the stream");
  }

  @Test
  void edges_come_and_go_by_etcd_and_stay_without_it() throws Exception {
    Front.program();
    Path into = folder.resolve("front/endpoints");
    try (EtcdServer etcd = EtcdServer.start(etcd(), Files.createDirectories(folder.resolve("etcd")), 1);
        Front front = Front.fed(folder.resolve("front"));
        EchoEdge one = EchoEdge.start();
        EchoEdge two = EchoEdge.start();
        EtcdMembership first = join(etcd);
        EtcdMembership second = join(etcd)) {
      first.announce(record("edge-1", one));
      try (JavaProcess process = endpoints(etcd, into)) {
        front.awaitStat("cluster.edges.membership_healthy", 1);
        ManagedChannel channel = EchoEdge.channel(front);
        try {
          EchoStream old = new EchoStream(channel, STREAM);
          old.ping();
          assertEquals(1, one.asked().size());
          second.announce(record("edge-2", two));
          front.awaitStat("cluster.edges.membership_healthy", 2);
          first.announce(record("edge-1", one).in(NodeState.DRAINING));
          front.awaitStatAtMost("cluster.edges.membership_healthy", 1);
          for (int i = 0; i < 5; i++) {
            assertEquals(two, where(channel, one, two), "one that drains gets nothing new");
          }
          old.ping();
          first.announce(record("edge-1", one));
          front.awaitStat("cluster.edges.membership_healthy", 2);
          etcd.kill(0);
          withoutEtcd(etcd, into, process, channel, one, two);
          old.ping();
          assertEquals(0, front.envoy().stat("cluster.edges.update_rejected"));
        } finally {
          channel.shutdownNow();
        }
      }
    }
  }

  private void withoutEtcd(EtcdServer etcd, Path into, JavaProcess process, ManagedChannel channel, EchoEdge one, EchoEdge two)
      throws Exception {
    String list = Files.readString(into.resolve("edges.json"));
    where(channel, one, two);
    process.kill();
    where(channel, one, two);
    try (JavaProcess again = endpoints(etcd, into)) {
      again.awaitLine("keeping", Front.PATIENCE);
      where(channel, one, two);
      Await.until(Front.PATIENCE, "it lives without etcd", again::isAlive);
      assertEquals(list, Files.readString(into.resolve("edges.json")), "what was known last counts");
    }
    assertTrue(Files.exists(into.resolve("edges.json")));
  }
}
