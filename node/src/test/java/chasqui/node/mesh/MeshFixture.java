package chasqui.node.mesh;

import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.CreateDirectRequest;
import chasqui.conversation.v1.CreateGroupRequest;
import chasqui.edge.auth.AuthConfig;
import chasqui.edge.auth.DevKeys;
import chasqui.edge.auth.KeySource;
import chasqui.node.Platform;
import chasqui.node.config.ConfigFile;
import chasqui.node.config.EffectiveConfig;
import chasqui.node.config.Settings;
import chasqui.node.telemetry.Telemetry;
import chasqui.testkit.process.Await;
import com.google.protobuf.ByteString;
import io.grpc.CallCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/// A whole mesh in this process on loopback ports of its own, and ways to talk to it.
public final class MeshFixture implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Telemetry telemetry = Telemetry.start();
  private final DevKeys keys;
  private final NodeRoles mesh;
  private final InstantSource clock;
  private final List<ManagedChannel> channels = new ArrayList<>();

  private MeshFixture(Path data, int edges, Map<String, String> settings, InstantSource clock) {
    this.clock = clock;
    try {
      keys = DevKeys.of(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> environment = new HashMap<>(Map.of("CHASQUI_EDGE_PORT", "0", "CHASQUI_NODE_DRAIN_DEADLINE", "2s"));
    settings.forEach((key, value) ->
        environment.put("CHASQUI_" + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT), value));
    EffectiveConfig config = Settings.load(data, ConfigFile.NONE, environment);
    Platform platform = Platform.of(clock, new SecureRandom(), telemetry.meter(), (what, cause) -> {
      throw new AssertionError(what, cause);
    });
    mesh = NodeRoles.start(
        config, platform, Optional.of(KeySource.fixed(keys.verifying())), edges, Cluster.alone());
    Await.until(PATIENCE, "the mesh is ready", () -> mesh.edges().stream().allMatch(EdgeRole::isReady));
  }

  public static MeshFixture start(Path data, int edges, Map<String, String> settings) {
    return new MeshFixture(data, edges, settings, InstantSource.system());
  }

  /// One edge, whose nodes and tokens live by this clock.
  public static MeshFixture start(Path data, InstantSource clock) {
    return new MeshFixture(data, 1, Map.of(), clock);
  }

  public static MeshFixture start(Path data) {
    return start(data, 1, Map.of());
  }

  public NodeRoles mesh() {
    return mesh;
  }

  public Telemetry telemetry() {
    return telemetry;
  }

  public String token(String user) {
    return keys.minter(AuthConfig.DEFAULT.audience(), clock).mint(user, Duration.ofHours(1));
  }

  /// A new connection to an edge, counted from 0.
  public ManagedChannel channel(int edge) {
    ManagedChannel channel = NettyChannelBuilder.forTarget(mesh.edges().get(edge).address()).usePlaintext().build();
    channels.add(channel);
    return channel;
  }

  /// A new encrypted connection, that trusts what is in the file.
  public ManagedChannel secureChannel(Path authority) {
    try {
      ManagedChannel channel = NettyChannelBuilder.forTarget(mesh.edges().getFirst().address())
          .sslContext(GrpcSslContexts.forClient().trustManager(authority.toFile()).build()).build();
      channels.add(channel);
      return channel;
    } catch (SSLException e) {
      throw new AssertionError(e);
    }
  }

  /// A device on a connection of its own, welcomed and caught up.
  public RawDevice connect(String user, String device, long connectNumber) {
    return RawDevice.connect(channel(0), token(user), device, connectNumber);
  }

  /// The 1:1 conversation of two users.
  public String direct(String user, String peer) {
    return conversations(user).createDirect(CreateDirectRequest.newBuilder().setPeerUserId(peer).build())
        .getConversation().getConversationId();
  }

  /// A new group.
  public String group(String owner, String title, String... members) {
    byte[] id = new byte[16];
    new SecureRandom().nextBytes(id);
    return conversations(owner)
        .createGroup(CreateGroupRequest.newBuilder().setTitle(title).setRequestId(ByteString.copyFrom(id))
            .addAllMemberUserIds(List.of(members)).build())
        .getConversation().getConversationId();
  }

  public ConversationServiceGrpc.ConversationServiceBlockingStub conversations(String user) {
    return ConversationServiceGrpc.newBlockingStub(channel(0)).withCallCredentials(bearer(token(user)))
        .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  public static CallCredentials bearer(String token) {
    return new CallCredentials() {
      @Override
      public void applyRequestMetadata(RequestInfo info, Executor executor, MetadataApplier applier) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        applier.apply(headers);
      }
    };
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    mesh.close();
    telemetry.close();
  }
}
