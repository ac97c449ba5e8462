package chasqui.bench;

import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.CreateDirectRequest;
import chasqui.drills.fleet.NodeProcess;
import chasqui.edge.auth.AuthConfig;
import chasqui.edge.auth.DevKeys;
import chasqui.edge.auth.TokenMinter;
import chasqui.testkit.process.JavaCommand;
import chasqui.testkit.process.JavaProcess;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.HdrHistogram.Recorder;

/// `bench direct`: the bare relay and the whole durable path, measured in one interleaved run at the same offered rate,
/// with the same connections, JVM flags and payload.
final class DirectBench implements AutoCloseable {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Duration TOKEN_TTL = Duration.ofHours(2);
  private static final int WELCOME_SECONDS = 30;

  /// @param pairs pairs of clients; each client has a connection of its own
  /// @param repeats interleaved pairs of intervals
  record Plan(int pairs, double ratePerSecond, int repeats, double warmUpSeconds, double seconds, int payloadBytes) {}

  private final Plan plan;
  private final RandomGenerator random;
  private final Consumer<String> progress;
  private final Path folder;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<Side> sides = new ArrayList<>();

  DirectBench(Plan plan, Path folder, RandomGenerator random, Consumer<String> progress) {
    this.plan = plan;
    this.folder = folder;
    this.random = random;
    this.progress = progress;
  }

  DirectReport run() throws IOException, InterruptedException {
    progress.accept("starting the relay and a node, " + 2 * plan.pairs() + " clients each");
    Side relay = relay();
    Side chasqui = chasqui();
    warmUp(relay, chasqui);
    List<Sample> floor = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      progress.accept("noise floor: relay against itself, " + (i + 1) + " of 4");
      floor.add(relay.measure(plan.ratePerSecond(), plan.seconds()));
    }
    List<Sample> ofRelay = new ArrayList<>();
    List<Sample> ofChasqui = new ArrayList<>();
    for (int i = 0; i < plan.repeats(); i++) {
      progress.accept("pair " + (i + 1) + " of " + plan.repeats());
      // A B B A: whatever drifts over the run falls on both sides alike.
      if (i % 2 == 0) {
        ofRelay.add(relay.measure(plan.ratePerSecond(), plan.seconds()));
        ofChasqui.add(chasqui.measure(plan.ratePerSecond(), plan.seconds()));
      } else {
        ofChasqui.add(chasqui.measure(plan.ratePerSecond(), plan.seconds()));
        ofRelay.add(relay.measure(plan.ratePerSecond(), plan.seconds()));
      }
    }
    return new DirectReport(
        plan.ratePerSecond(), 2 * plan.pairs(), ofRelay, ofChasqui, floor, relay.counts(false).plus(chasqui.counts(true)));
  }

  private void warmUp(Side relay, Side chasqui) {
    for (int i = 0; i < 2; i++) {
      progress.accept("warming up, " + (i + 1) + " of 2");
      relay.warmUp(plan.ratePerSecond(), plan.warmUpSeconds());
      chasqui.warmUp(plan.ratePerSecond(), plan.warmUpSeconds());
    }
  }

  private Side relay() throws InterruptedException {
    JavaProcess process = new JavaCommand("chasqui.bench.Relay")
        .jvm(NodeProcess.JVM_FLAGS.toArray(String[]::new))
        .start();
    String address = process.awaitLine("READY ", Duration.ofSeconds(60)).replaceFirst(".*edge=", "");
    Side.ClientSet set = clients(address, _ -> "none", (_, peer) -> peer, false);
    return kept(new Side(process.pid(), set, plan.payloadBytes(), random, process::close));
  }

  private Side chasqui() throws IOException, InterruptedException {
    NodeProcess node = new NodeProcess(folder.resolve("node"), List.of(), NodeProcess.WITHOUT_BUDGETS);
    TokenMinter minter = DevKeys.of(node.data()).minter(AuthConfig.DEFAULT.audience(), InstantSource.system());
    node.start();
    ManagedChannel unary = channel(node.edgeAddress());
    Side.ClientSet set = clients(node.edgeAddress(), user -> minter.mint(user, TOKEN_TTL),
        (self, peer) -> direct(unary, minter.mint(self, TOKEN_TTL), peer), true);
    return kept(new Side(node.pid(), set, plan.payloadBytes(), random, node::close));
  }

  private Side kept(Side side) {
    sides.add(side);
    return side;
  }

  private static String direct(ManagedChannel channel, String token, String peer) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + token);
    return ConversationServiceGrpc.newBlockingStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .createDirect(CreateDirectRequest.newBuilder().setPeerUserId(peer).build())
        .getConversation()
        .getConversationId();
  }

  /// Pairs of connected clients that send to each other.
  ///
  /// @param conversation from the own name and the peer's to where the client sends
  private Side.ClientSet clients(
      String address, java.util.function.UnaryOperator<String> token, BiFunction<String, String, String> conversation,
      boolean acks) throws InterruptedException {
    Recorder latency = new Recorder(60_000_000, 3);
    List<PairClient> clients = new ArrayList<>();
    List<PairTally> tallies = new ArrayList<>();
    for (int i = 0; i < plan.pairs(); i++) {
      PairTally forth = new PairTally(latency);
      PairTally back = new PairTally(latency);
      String a = "a" + i;
      String b = "b" + i;
      clients.add(new PairClient(a, token.apply(a), channel(address), forth, back));
      clients.add(new PairClient(b, token.apply(b), channel(address), back, forth));
      tallies.addAll(List.of(forth, back));
    }
    for (PairClient client : clients) {
      client.connect(1);
    }
    for (PairClient client : clients) {
      client.awaitWelcome(WELCOME_SECONDS);
    }
    for (int i = 0; i < plan.pairs(); i++) {
      clients.get(2 * i).converse(conversation.apply("a" + i, "b" + i), acks);
      clients.get(2 * i + 1).converse(conversation.apply("b" + i, "a" + i), acks);
    }
    return new Side.ClientSet(clients, tallies, latency);
  }

  private ManagedChannel channel(String address) {
    ManagedChannel channel = NettyChannelBuilder.forTarget("dns:///" + address).usePlaintext().directExecutor().build();
    channels.add(channel);
    return channel;
  }

  @Override
  public void close() {
    sides.forEach(Side::close);
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
