package chasqui.drills.faults.ground;

import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.ConversationServiceGrpc.ConversationServiceBlockingStub;
import chasqui.conversation.v1.CreateDirectRequest;
import chasqui.conversation.v1.CreateGroupRequest;
import chasqui.drills.fleet.NodeProcess;
import chasqui.drills.faults.wire.Bearer;
import chasqui.drills.faults.wire.RawStream;
import chasqui.edge.auth.AuthConfig;
import chasqui.edge.auth.DevKeys;
import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// A node in a process of its own, its log, honest neighbours, and ways to reach it. For one thread.
public final class Ground implements AutoCloseable {

  public static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration TOKEN_TTL = Duration.ofHours(1);

  private final Path folder;
  private final Effort effort;
  private final RandomGenerator random;
  private final NodeProcess node;
  private final NodeLog log;
  private final DevKeys keys;
  private final Neighbours neighbours;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final AtomicLong names = new AtomicLong();
  // For calls that need no connection of their own; as old as the row.
  private Channel front;

  private Ground(Path folder, List<String> settings, Effort effort, RandomGenerator random) {
    this.folder = folder;
    this.effort = effort;
    this.random = random;
    Path logFile = folder.resolve("node.log");
    this.node = new NodeProcess(
        folder.resolve("node"), List.of(),
        Stream.concat(settings.stream(), Stream.of("log.file=" + logFile, "log.format=text", "log.level=debug")).toList());
    this.log = new NodeLog(logFile, node);
    try {
      this.keys = DevKeys.of(node.data());
    } catch (IOException failure) {
      throw new UncheckedIOException("no development key can be made in " + folder, failure);
    }
    this.neighbours = new Neighbours(folder.resolve("neighbours"), this::token);
  }

  /// Starts the node and lets the neighbours talk.
  ///
  /// @param settings how the node differs from one as it comes
  public static Ground open(Path folder, List<String> settings, Effort effort, RandomGenerator random) {
    Ground ground = new Ground(folder, settings, effort, random);
    try {
      ground.node.start();
      ground.neighbours.arrive(ground.node.edgeAddress());
      return ground;
    } catch (RuntimeException | Error failure) {
      ground.close();
      throw failure;
    }
  }

  public Effort effort() {
    return effort;
  }

  public RandomGenerator random() {
    return random;
  }

  public NodeProcess node() {
    return node;
  }

  public NodeLog log() {
    return log;
  }

  public DevKeys keys() {
    return keys;
  }

  /// A folder for what a row needs.
  public Path folder(String name) {
    return folder.resolve(name);
  }

  /// A user name that no row has used.
  public String user(String name) {
    return name + "-" + names.incrementAndGet();
  }

  public String token(String user) {
    return token(user, TOKEN_TTL);
  }

  public String token(String user, Duration ttl) {
    return keys.minter(AuthConfig.DEFAULT.audience(), InstantSource.system()).mint(user, ttl);
  }

  /// A new connection.
  public Channel channel() {
    return kept(newChannel());
  }

  /// A new connection on which the server may send so many bytes that the client has not read.
  public Channel narrowChannel(int windowBytes) {
    return kept(newChannel().flowControlWindow(windowBytes));
  }

  private NettyChannelBuilder newChannel() {
    return NettyChannelBuilder.forTarget(node.edgeAddress()).usePlaintext().maxInboundMessageSize(64 << 20);
  }

  private Channel kept(NettyChannelBuilder builder) {
    ManagedChannel channel = builder.build();
    channels.add(channel);
    return channel;
  }

  /// A stream on a connection of its own, welcomed and caught up; it reads and acks.
  public RawStream online(String user, String device, long connectNumber) {
    return RawStream.open(channel()).welcomed(token(user), device, connectNumber);
  }

  public ConversationServiceBlockingStub conversations(String user) {
    if (front == null) {
      front = channel();
    }
    return ConversationServiceGrpc.newBlockingStub(front).withCallCredentials(new Bearer(token(user)))
        .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /// The 1:1 conversation of two users.
  public String direct(String user, String peer) {
    return conversations(user).createDirect(CreateDirectRequest.newBuilder().setPeerUserId(peer).build())
        .getConversation().getConversationId();
  }

  /// A new group.
  public String group(String owner, String title, String... members) {
    return conversations(owner)
        .createGroup(CreateGroupRequest.newBuilder().setTitle(title).setRequestId(id(16)).addAllMemberUserIds(List.of(members)).build())
        .getConversation().getConversationId();
  }

  /// Random bytes.
  public ByteString id(int bytes) {
    byte[] id = new byte[bytes];
    random.nextBytes(id);
    return ByteString.copyFrom(id);
  }

  /// A row begins: what the log and the neighbours say from here on counts.
  public void begin() {
    log.mark();
    neighbours.talk();
  }

  /// A row is over: nobody else noticed, and the node has nothing to complain of.
  public void end(Finding finding) {
    hangUp();
    neighbours.judge(finding);
    List<String> bugs = log.bugs();
    finding.figure("bugs_logged", bugs.size());
    Discretion.look("the node's log", log.all(), finding);
    finding.require(bugs.isEmpty(), "the node's log: " + bugs.stream().limit(3).toList());
    finding.require(node.isAlive(), "the node is gone");
  }

  private void hangUp() {
    channels.forEach(ManagedChannel::shutdownNow);
    channels.clear();
    front = null;
  }

  @Override
  public void close() {
    hangUp();
    neighbours.close();
    node.close();
  }
}
