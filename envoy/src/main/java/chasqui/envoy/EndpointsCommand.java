package chasqui.envoy;

import chasqui.discovery.NodeRecord;
import chasqui.discovery.etcd.EtcdConfig;
import chasqui.discovery.etcd.EtcdMembership;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Keeps Envoy's list of edges beside Envoy, until it is ended.
@Command(name = "endpoints", mixinStandardHelpOptions = true,
    description = "Keeps edges.json, the list of edges that Envoy watches, as etcd says. Runs beside each Envoy, until it is ended.")
final class EndpointsCommand implements Callable<Integer> {

  private static final int CONNECT_MILLIS = 800;
  private static final Executor WORKERS = Thread::startVirtualThread;

  @Option(names = "--etcd", required = true, split = ",", paramLabel = "HOST:PORT", defaultValue = "${env:CHASQUI_CLUSTER_ETCD}",
      description = "members of etcd, between commas (CHASQUI_CLUSTER_ETCD)")
  private List<String> etcd;

  @Option(names = "--cluster", paramLabel = "NAME", defaultValue = "${env:CHASQUI_CLUSTER_NAME:-chasqui}",
      description = "the cluster's name in etcd (CHASQUI_CLUSTER_NAME), chasqui unless said")
  private String cluster;

  @Option(names = "--into", required = true, paramLabel = "DIR",
      description = "the folder of edges.json, which the configuration names as endpoints; made if it is not there")
  private Path folder;

  @Option(names = "--edges", paramLabel = "TRANSPORT", defaultValue = "tls",
      description = "what Envoy speaks to edges on the loopback: tls, unless plaintext is said. To all others: tls")
  private Transport transport;

  @Override
  public Integer call() throws InterruptedException {
    EtcdMembership membership = new EtcdMembership(config(), EndpointsCommand::answers);
    EndpointsFeed feed;
    try {
      feed = EndpointsFeed.start(membership, folder, transport);
    } catch (UncheckedIOException unwritable) {
      membership.close();
      throw new Refusal(unwritable.getMessage());
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      feed.close();
      membership.close();
    }, "end"));
    System.out.println("keeping " + folder.resolve("edges.json") + " as " + cluster + " at " + String.join(",", etcd) + " says");
    new CountDownLatch(1).await();
    return 0;
  }

  private EtcdConfig config() {
    try {
      return new EtcdConfig(etcd, cluster, EtcdConfig.DEFAULT_LEASE_TTL);
    } catch (IllegalArgumentException unusable) {
      throw new Refusal(unusable.getMessage());
    }
  }

  /// An edge whose record is missing in etcd is there as long as its port takes connections: that is all that is asked of
  /// it here, and Envoy would notice the rest.
  private static CompletionStage<Boolean> answers(NodeRecord node) {
    String where = node.edgeAddress();
    return CompletableFuture.supplyAsync(() -> {
      int colon = where.lastIndexOf(':');
      if (colon < 1) {
        return false;
      }
      try (Socket socket = new Socket()) {
        String host = where.substring(0, colon).replaceAll("^\\[|]$", "");
        socket.connect(new InetSocketAddress(host, Integer.parseInt(where.substring(colon + 1))), CONNECT_MILLIS);
        return true;
      } catch (IOException | IllegalArgumentException silent) {
        return false;
      }
    }, WORKERS);
  }
}
