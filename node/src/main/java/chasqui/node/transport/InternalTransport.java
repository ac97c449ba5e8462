package chasqui.node.transport;

import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Role;
import chasqui.node.Platform;
import chasqui.node.config.InternalConfig;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.util.MutableHandlerRegistry;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// How the roles of this process reach others and are reached: those of the same process straight through on the caller's
/// thread, without a network; those of other nodes over TCP, if there may be any. Thread-safe.
public final class InternalTransport implements AutoCloseable {

  private static final int STOP_SECONDS = 2;

  // Services are added as roles come up, after the port is known that their node tells the others.
  private final MutableHandlerRegistry services = new MutableHandlerRegistry();
  private final String name;
  private final Server inProcess;
  private final Optional<TcpPort> tcp;

  private InternalTransport(String incarnation, Optional<TcpPort.Setup> setup) {
    name = "chasqui-" + incarnation;
    inProcess = InProcessServerBuilder.forName(name).directExecutor().fallbackHandlerRegistry(services).build();
    try {
      inProcess.start();
    } catch (IOException taken) {
      throw new IllegalStateException("the in-process address " + name + " is taken", taken);
    }
    try {
      tcp = setup.map(wanted -> TcpPort.open(wanted, services));
    } catch (RuntimeException refused) {
      inProcess.shutdownNow();
      throw refused;
    }
  }

  /// For a process that is alone: nothing is opened.
  public static InternalTransport alone(String incarnation) {
    return new InternalTransport(incarnation, Optional.empty());
  }

  /// For a node of a cluster: listens from here on.
  ///
  /// @param roles what this node has to prove that it is
  /// @param vouching used where nodes prove their roles
  /// @throws chasqui.node.StartException if what is configured cannot be
  public static InternalTransport open(InternalConfig config, Set<Role> roles, Platform platform, Vouching vouching) {
    return new InternalTransport(
        platform.incarnation(), Optional.of(new TcpPort.Setup(config, roles, platform.clock(), platform.meter(), vouching)));
  }

  /// Offers a service to all who may call it.
  public void serve(BindableService service) {
    services.addService(service);
  }

  /// Where the others find this process.
  public String address() {
    return tcp.map(TcpPort::address).orElse(name);
  }

  /// A new channel to a node's internal services, on the caller's thread or an event loop. The caller shuts it down.
  public ManagedChannel channel(NodeRecord node) {
    if (tcp.isEmpty() || node.address().equals(address())) {
      return InProcessChannelBuilder.forName(tcp.isEmpty() ? node.address() : name).directExecutor().build();
    }
    return tcp.get().channel(node);
  }

  /// A new channel to the mailbox at an address, as it stands in rows of a shared store.
  public ManagedChannel mailboxAt(String address) {
    return channel(new NodeRecord("mailbox", "unknown", address, Set.of(Role.MAILBOX), NodeState.READY, ""));
  }

  @Override
  public void close() {
    inProcess.shutdown();
    tcp.ifPresent(TcpPort::close);
    try {
      if (!inProcess.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        inProcess.shutdownNow();
      }
    } catch (InterruptedException interrupted) {
      inProcess.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
