package chasqui.node;

import chasqui.discovery.Role;
import chasqui.edge.auth.AuthConfig;
import chasqui.edge.auth.DevKeys;
import chasqui.edge.auth.KeySource;
import chasqui.edge.auth.RefreshingKeys;
import chasqui.node.config.ClusterConfig;
import chasqui.node.config.EffectiveConfig;
import chasqui.node.config.InternalConfig;
import chasqui.node.config.ListenConfig;
import chasqui.node.config.NodeConfig;
import chasqui.node.config.OpsConfig;
import chasqui.node.config.TlsConfig;
import chasqui.node.mesh.EdgeRole;
import chasqui.node.mesh.NodeRoles;
import chasqui.node.mesh.Trust;
import chasqui.node.ops.OpsActions;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One running node: metrics, the operators' port, its roles, and where to find them.
public final class NodeProcess implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);

  private final Lifecycle lifecycle;
  private final DataFolder.Addresses addresses;
  private final NodeRoles roles;

  private NodeProcess(Lifecycle lifecycle, DataFolder.Addresses addresses, NodeRoles roles) {
    this.lifecycle = lifecycle;
    this.addresses = addresses;
    this.roles = roles;
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
    Optional<KeySource> keys = tokens(data, config, telemetry.meter(), lifecycle);
    Platform platform = Platform.of(clock, new SecureRandom(), telemetry.meter(),
        new FatalEnd(logging::stop, status -> Runtime.getRuntime().halt(status)));
    Readiness readiness = new Readiness();
    OpsPages.Identity identity = new OpsPages.Identity(
        config.get(NodeConfig.class).id(), platform.incarnation(), clock.instant());
    AtomicReference<NodeRoles> serving = new AtomicReference<>();
    OpsPages pages = new OpsPages(
        identity, config, telemetry, readiness, () -> serving.get() == null ? Map.of() : serving.get().facts(), clock);
    OpsServer ops = ops(config.get(OpsConfig.class), pages, platform.actions());
    lifecycle.started("operators' port", ops::close);
    NodeRoles roles = NodeRoles.start(config, platform, keys, 1, Clusters.of(config.get(ClusterConfig.class)));
    lifecycle.started("roles", roles::close);
    serving.set(roles);
    roles.register(readiness);
    DataFolder.Addresses addresses = addresses(config.get(TlsConfig.class), roles, ops);
    DataFolder folder = new DataFolder(data);
    folder.keep(platform.actions().secret());
    folder.publish(addresses, ProcessHandle.current().pid());
    lifecycle.started("addresses", folder::withdraw);
    return new NodeProcess(lifecycle, addresses, roles);
  }

  private static DataFolder.Addresses addresses(TlsConfig tls, NodeRoles roles, OpsServer ops) {
    return new DataFolder.Addresses(
        roles.edges().stream().findFirst().map(EdgeRole::address).orElse(""), text(ops.address()),
        tls.enabled() ? tls.certificate().toAbsolutePath().toString() : "");
  }

  /// What tokens are checked with, where they are; refuses to open what must not be open.
  private static Optional<KeySource> tokens(Path data, EffectiveConfig config, Meter meter, Lifecycle lifecycle) {
    if (config.get(ClusterConfig.class).enabled()) {
      ListenPolicy.check(config.get(InternalConfig.class));
    }
    if (!Trust.needsKeys(config)) {
      return Optional.empty();
    }
    AuthConfig auth = config.get(AuthConfig.class);
    Trust.check(config);
    KeySource keys = keys(data, auth, meter, lifecycle);
    if (!config.get(NodeConfig.class).has(Role.EDGE)) {
      return Optional.of(keys);
    }
    ListenPolicy.check(
        config.get(ListenConfig.class), config.get(TlsConfig.class).enabled(), keys.current().development());
    return Optional.of(keys);
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

  private static OpsServer ops(OpsConfig config, OpsPages pages, OpsActions actions) {
    if (!ListenPolicy.isLoopback(config.host())) {
      LOG.atWarn().addKeyValue("host", config.host()).log("the operators' port is open beyond this machine, to whoever reaches it");
    }
    try {
      return OpsServer.start(config, pages.byPath(), actions);
    } catch (IOException e) {
      throw StartException.cannotListen("ops", config.host(), config.port(), e);
    }
  }

  /// Completes once this node is reached by the others and reaches those that it needs.
  public CompletableFuture<Void> ready() {
    return roles.ready();
  }

  /// Where it serves; without an edge, none for clients.
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
