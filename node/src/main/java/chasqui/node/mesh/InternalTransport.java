package chasqui.node.mesh;

import chasqui.discovery.NodeRecord;
import chasqui.node.Lifecycle;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// How roles of one process reach each other: gRPC without a network, straight through on the caller's thread.
final class InternalTransport {

  private static final int STOP_SECONDS = 2;

  private InternalTransport() {}

  /// Serves the internal services under a name that is the process's own.
  static void serve(String address, List<BindableService> services, Lifecycle lifecycle) {
    InProcessServerBuilder builder = InProcessServerBuilder.forName(address).directExecutor();
    services.forEach(builder::addService);
    Server server = builder.build();
    try {
      server.start();
    } catch (IOException taken) {
      throw new IllegalStateException("the in-process address " + address + " is taken", taken);
    }
    lifecycle.started("internal links", () -> {
      server.shutdown();
      if (!server.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        server.shutdownNow();
      }
    });
  }

  /// A channel to a node's internal services.
  static ManagedChannel channel(NodeRecord node) {
    return InProcessChannelBuilder.forName(node.address()).directExecutor().build();
  }
}
