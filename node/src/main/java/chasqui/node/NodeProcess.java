package chasqui.node;

import chasqui.edge.auth.AuthConfig;
import chasqui.edge.auth.DevKeys;
import chasqui.edge.auth.KeySource;
import chasqui.edge.auth.RefreshingKeys;
import chasqui.node.config.EffectiveConfig;
import chasqui.node.config.ListenConfig;
import chasqui.node.config.NodeConfig;
import chasqui.node.config.OpsConfig;
import chasqui.node.config.TlsConfig;
import chasqui.node.mesh.LocalMesh;
import chasqui.node.mesh.Platform;
import chasqui.node.ops.OpsPages;
import chasqui.node.ops.OpsServer;
import chasqui.node.ops.Readiness;
import chasqui.node.telemetry.JvmGauges;
import chasqui.node.telemetry.Logging;
import chasqui.node.telemetry.Telemetry;
import io.opentelemetry.api.metrics.Meter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One running node: metrics, the operators' port, the mesh of its roles, and where to find them.
public final class NodeProcess implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);

  private final Lifecycle lifecycle;
  private final DataFolder.Addresses addresses;

  private NodeProcess(Lifecycle lifecycle, DataFolder.Addresses addresses) {
    this.lifecycle = lifecycle;
    this.addresses = addresses;
  }

  /// Starts everything, or nothing.
  ///
  /// @throws StartException with one sentence for the operator
  public static NodeProcess start(Path data, EffectiveConfig config, Logging logging) {
    Lifecycle lifecycle = new Lifecycle();
    try {
      return start(data, config, logging, lifecycle);
    } catch (RuntimeException failure) {
      lifecycle.close();
      throw failure;
    }
  }

  private static NodeProcess start(Path data, EffectiveConfig config, Logging logging, Lifecycle lifecycle) {
    InstantSource clock = InstantSource.system();
    Telemetry telemetry = Telemetry.start();
    lifecycle.started("telemetry", telemetry::close);
    JvmGauges.register(telemetry.meter());
    lifecycle.started("log gauge", logging.register(telemetry.meter())::close);
    KeySource keys = keys(data, config.get(AuthConfig.class), telemetry.meter(), lifecycle);
    ListenConfig listen = config.get(ListenConfig.class);
    ListenPolicy.check(listen, config.get(TlsConfig.class).enabled(), keys.current().development());
    Platform platform = Platform.of(clock, new SecureRandom(), telemetry.meter(),
        new FatalEnd(logging::stop, status -> Runtime.getRuntime().halt(status)));
    Readiness readiness = new Readiness();
    OpsPages.Identity identity = new OpsPages.Identity(
        config.get(NodeConfig.class).id(), platform.incarnation(), clock.instant());
    AtomicReference<LocalMesh> serving = new AtomicReference<>();
    OpsPages pages = new OpsPages(
        identity, config, telemetry, readiness, () -> serving.get() == null ? Map.of() : serving.get().facts(), clock);
    OpsServer ops = ops(config.get(OpsConfig.class), pages);
    lifecycle.started("operators' port", ops::close);
    LocalMesh mesh = LocalMesh.start(config, platform, keys, 1);
    lifecycle.started("mesh", mesh::close);
    serving.set(mesh);
    mesh.register(readiness);
    Path certificate = config.get(TlsConfig.class).certificate();
    DataFolder.Addresses addresses = new DataFolder.Addresses(
        mesh.edges().getFirst().address(), text(ops.address()),
        config.get(TlsConfig.class).enabled() ? certificate.toAbsolutePath().toString() : "");
    DataFolder folder = new DataFolder(data);
    folder.publish(addresses, ProcessHandle.current().pid());
    lifecycle.started("addresses", folder::withdraw);
    return new NodeProcess(lifecycle, addresses);
  }

  private static KeySource keys(Path data, AuthConfig auth, Meter meter, Lifecycle lifecycle) {
    if (auth.jwks().isEmpty()) {
      try {
        return KeySource.fixed(DevKeys.of(data).verifying());
      } catch (IOException e) {
        throw new StartException("the development keys in " + data + " cannot be used: " + e, e);
      }
    }
    ScheduledExecutorService background =
        Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("keys").factory());
    lifecycle.started("background", background::shutdownNow);
    RefreshingKeys keys = RefreshingKeys.start(auth.jwks(), auth.jwksRefresh(), background, meter);
    lifecycle.started("keys", keys::close);
    return keys;
  }

  private static OpsServer ops(OpsConfig config, OpsPages pages) {
    if (!ListenPolicy.isLoopback(config.host())) {
      LOG.atWarn().addKeyValue("host", config.host()).log("the operators' port is open beyond this machine, to whoever reaches it");
    }
    try {
      return OpsServer.start(config, pages.byPath());
    } catch (IOException e) {
      throw StartException.cannotListen("ops", config.host(), config.port(), e);
    }
  }

  /// Where it serves.
  public DataFolder.Addresses addresses() {
    return addresses;
  }

  /// Drains and ends everything, in the reverse order of the start.
  @Override
  public void close() {
    lifecycle.close();
  }

  private static String text(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }
}
