package chasqui.node.mesh;

import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.CreateDirectRequest;
import chasqui.discovery.InMemoryMembership;
import chasqui.discovery.Membership;
import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import chasqui.edge.auth.AuthConfig;
import chasqui.edge.auth.DevKeys;
import chasqui.edge.auth.KeySource;
import chasqui.node.Platform;
import chasqui.node.config.ConfigFile;
import chasqui.node.config.EffectiveConfig;
import chasqui.node.config.Settings;
import chasqui.node.telemetry.Telemetry;
import chasqui.testkit.process.Await;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Several nodes in this JVM that reach each other over loopback TCP only, as processes would.
final class ClusterFixture implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(60);

  /// A running node.
  record Node(String id, NodeRoles roles, Telemetry telemetry) {

    String edge() {
      return roles.edges().getFirst().address();
    }

    String internal() {
      return roles.self().address();
    }
  }

  private final Path folder;
  private final InMemoryMembership membership = new InMemoryMembership();
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final DevKeys keys;

  ClusterFixture(Path folder) throws IOException {
    this.folder = folder;
    keys = DevKeys.of(folder.resolve("keys"));
  }

  InMemoryMembership membership() {
    return membership;
  }

  /// Starts a node; it may wait for others before it is ready.
  Node begin(String id, String roles, Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>();
    Map<String, String> all = new HashMap<>(Map.of(
        "node.id", id, "node.roles", roles, "edge.port", "0", "internal.port", "0", "node.drain-deadline", "3s",
        // Not looked for: the fixture knows who is there.
        "cluster.etcd", "127.0.0.1:1"));
    all.putAll(settings);
    all.forEach((key, value) ->
        environment.put("CHASQUI_" + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT), value));
    EffectiveConfig config = Settings.load(folder.resolve(id), ConfigFile.NONE, environment);
    Telemetry telemetry = Telemetry.start();
    Platform platform = Platform.of(InstantSource.system(), new SecureRandom(), telemetry.meter(), (what, cause) -> {
      throw new AssertionError(what, cause);
    });
    Node node = new Node(id, NodeRoles.start(
        config, platform, Optional.of(KeySource.fixed(keys.verifying())), 1, Cluster.of(_ -> new Borrowed(membership))), telemetry);
    nodes.put(id, node);
    return node;
  }

  /// Starts a node and waits until it is ready.
  Node start(String id, String roles, Map<String, String> settings) {
    Node node = begin(id, roles, settings);
    awaitReady(node);
    return node;
  }

  Node start(String id, String roles) {
    return start(id, roles, Map.of());
  }

  void awaitReady(Node node) {
    Await.until(PATIENCE, node.id() + " is ready", () -> node.roles().ready().isDone());
  }

  /// Ends a node in good order.
  void stop(Node node) {
    nodes.remove(node.id());
    node.roles().close();
    node.telemetry().close();
  }

  String token(String user) {
    return token(user, Duration.ofHours(1));
  }

  String token(String user, Duration ttl) {
    return keys.minter(AuthConfig.DEFAULT.audience(), InstantSource.system()).mint(user, ttl);
  }

  ManagedChannel channel(String address) {
    ManagedChannel channel = NettyChannelBuilder.forTarget(address).usePlaintext().build();
    channels.add(channel);
    return channel;
  }

  RawDevice connect(Node edge, String user, long connectNumber) {
    return RawDevice.connect(channel(edge.edge()), token(user), "phone", connectNumber);
  }

  /// The 1:1 conversation of two users.
  String direct(Node edge, String user, String peer) {
    return ConversationServiceGrpc.newBlockingStub(channel(edge.edge()))
        .withCallCredentials(MeshFixture.bearer(token(user))).withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .createDirect(CreateDirectRequest.newBuilder().setPeerUserId(peer).build()).getConversation().getConversationId();
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    List.copyOf(nodes.values()).reversed().forEach(this::stop);
    membership.close();
  }

  /// What all nodes see; it outlives each of them.
  private record Borrowed(Membership all) implements Membership {

    @Override
    public MembershipView view() {
      return all.view();
    }

    @Override
    public void announce(NodeRecord node) {
      all.announce(node);
    }

    @Override
    public void withdraw(String nodeId) {
      all.withdraw(nodeId);
    }

    @Override
    public Subscription subscribe(Consumer<MembershipView> listener) {
      return all.subscribe(listener);
    }

    @Override
    public void close() {
      // It stays the fixture's.
    }
  }
}
