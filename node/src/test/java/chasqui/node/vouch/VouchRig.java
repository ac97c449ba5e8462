package chasqui.node.vouch;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import chasqui.edge.TokenVerifier;
import chasqui.edge.auth.AuthConfig;
import chasqui.edge.auth.DevKeys;
import chasqui.edge.auth.JwtTokenVerifier;
import chasqui.edge.auth.KeySource;
import chasqui.mailbox.v1.Caller;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.node.telemetry.Telemetry;
import chasqui.registry.v1.FromRegistry;
import chasqui.registry.v1.FromRegistryItem;
import chasqui.registry.v1.RegistryLinkServiceGrpc;
import chasqui.registry.v1.ToRegistry;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.router.v1.EdgeHello;
import chasqui.router.v1.FromRouter;
import chasqui.router.v1.FromRouterItem;
import chasqui.router.v1.RouterLinkServiceGrpc;
import chasqui.router.v1.ToRouter;
import chasqui.router.v1.ToRouterItem;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/// A router's end of links behind a {@link VouchCheck}, and edges' ends, over gRPC's in-process transport. The certificate
/// is what the test says it is: `NodeTlsIT` and `VouchIT` show that it is read from TLS.
final class VouchRig implements AutoCloseable {


  final Wallet wallet;
  private final AtomicLong nowMillis = new AtomicLong(Instant.parse("2026-01-01T00:00:00Z").toEpochMilli());
  private final InstantSource clock = () -> Instant.ofEpochMilli(nowMillis.get());
  private final Telemetry telemetry = Telemetry.start();
  private final ListAppender<ILoggingEvent> audited = new ListAppender<>();
  private final List<ToRouterItem> passed = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<Server> servers = new ArrayList<>();
  private final DevKeys keys;
  private final DevKeys strangers;
  private final VouchCheck check;
  private List<ToRegistryItem> registryReached = List.of();
  private int verified;
  private boolean believing = true;

  /// @param verifying where the check verifies signatures
  VouchRig(Path folder, int usersMax, ExecutorService verifying) throws IOException {
    keys = DevKeys.of(folder.resolve("keys"));
    strangers = DevKeys.of(folder.resolve("strangers"));
    TokenVerifier tokens = new JwtTokenVerifier(
        KeySource.fixed(keys.verifying()), AuthConfig.DEFAULT, clock, telemetry.meter());
    check = new VouchCheck(token -> {
      verified++;
      return believing ? tokens.verify(token) : new TokenVerifier.Refused();
    }, clock, telemetry.meter(), usersMax, verifying);
    wallet = new Wallet(tokens, clock, telemetry.meter(), usersMax);
    audited.start();
    ((Logger) LoggerFactory.getLogger("chasqui.audit")).addAppender(audited);
  }

  long nowMillis() {
    return nowMillis.get();
  }

  void pass(Duration time) {
    nowMillis.addAndGet(time.toMillis());
  }

  String token(String user, Duration ttl) {
    return keys.minter(AuthConfig.DEFAULT.audience(), clock).mint(user, ttl);
  }

  /// Signed with a key that nobody here knows.
  String strangersToken(String user) {
    return strangers.minter(AuthConfig.DEFAULT.audience(), clock).mint(user, Duration.ofHours(1));
  }

  /// Whether the router's end takes good tokens.
  void believe(boolean now) {
    believing = now;
  }

  int verified() {
    return verified;
  }

  /// In whose names requests and typing came to the router, in order.
  List<String> reached() {
    return passed.stream().filter(item -> item.hasRequest() || item.hasTyping() || item.hasTrace())
        .map(item -> item.hasTyping() ? item.getTyping().getUserId() : item.getRequest().getCaller().getUserId()).toList();
  }

  long vouches() {
    return passed.stream().filter(ToRouterItem::hasVouch).count();
  }

  long count(String metric, String value) {
    return telemetry.text().lines().filter(line -> line.startsWith(metric) && line.contains("\"" + value + "\""))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
  }

  /// What the audit wrote, each line with its facts.
  List<String> audit() {
    return audited.list.stream().map(event -> event.getFormattedMessage() + " " + event.getKeyValuePairs()).toList();
  }

  /// An edge that vouches for whom it holds.
  EdgeEnd honest() {
    return new EdgeEnd(ClientInterceptors.intercept(channel(Set.of("edge")), new VouchingCalls(wallet)), "edge-1");
  }

  /// Whoever holds a certificate for these roles, and says what it likes.
  EdgeEnd rogue(Set<String> roles) {
    return rogue(roles, "rogue");
  }

  EdgeEnd rogue(Set<String> roles, String nodeId) {
    return new EdgeEnd(channel(roles), nodeId);
  }

  /// A link to a registry that only writes down what reaches it.
  ///
  /// @param answers what the check puts in comes there
  StreamObserver<ToRegistry> registry(List<ToRegistryItem> reached, List<FromRegistryItem> answers) {
    registryReached = reached;
    return RegistryLinkServiceGrpc.newStub(channel(Set.of("edge")))
        .attach(new Taking<>(frame -> answers.addAll(frame.getItemsList()), () -> { }));
  }

  private Channel channel(Set<String> roles) {
    String name = InProcessServerBuilder.generateName();
    ServerInterceptor proven = new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Context context = Context.current().withValue(VouchCheck.PEER, new Peer("somebody", roles));
        return Contexts.interceptCall(context, call, headers, next);
      }
    };
    try {
      servers.add(InProcessServerBuilder.forName(name).directExecutor()
          .addService(ServerInterceptors.intercept(new Router(), check, proven))
          .addService(ServerInterceptors.intercept(new Registry(), check, proven)).build().start());
    } catch (IOException taken) {
      throw new AssertionError(taken);
    }
    ManagedChannel channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    channels.add(channel);
    return channel;
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    servers.forEach(Server::shutdownNow);
    ((Logger) LoggerFactory.getLogger("chasqui.audit")).detachAppender(audited);
    wallet.close();
    check.close();
    telemetry.close();
  }

  /// Answers every request that reaches it.
  private final class Router extends RouterLinkServiceGrpc.RouterLinkServiceImplBase {
    @Override
    public StreamObserver<ToRouter> attach(StreamObserver<FromRouter> out) {
      return new Taking<>(frame -> {
        passed.addAll(frame.getItemsList());
        frame.getItemsList().stream().filter(ToRouterItem::hasRequest).forEach(item ->
            out.onNext(FromRouter.newBuilder().addItems(FromRouterItem.newBuilder().setResponse(
                MailboxResponse.newBuilder().setRequestId(item.getRequest().getRequestId()))).build()));
      }, out::onCompleted);
    }
  }

  private final class Registry extends RegistryLinkServiceGrpc.RegistryLinkServiceImplBase {
    @Override
    public StreamObserver<ToRegistry> attach(StreamObserver<FromRegistry> out) {
      return new Taking<>(frame -> registryReached.addAll(frame.getItemsList()), out::onCompleted);
    }
  }

  private record Taking<F>(Consumer<F> taken, Runnable completed) implements StreamObserver<F> {

    @Override
    public void onNext(F frame) {
      taken.accept(frame);
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {
      completed.run();
    }
  }

  /// The edge's end of one link.
  static final class EdgeEnd implements StreamObserver<FromRouter> {
    private final BlockingQueue<FromRouter> seen = new LinkedBlockingQueue<>();
    private final StreamObserver<ToRouter> out;

    EdgeEnd(Channel channel, String nodeId) {
      out = RouterLinkServiceGrpc.newStub(channel).attach(this);
      say(item -> item.setHello(EdgeHello.newBuilder().setNodeId(nodeId).setIncarnation("one")));
    }

    void say(Consumer<ToRouterItem.Builder> what) {
      ToRouterItem.Builder item = ToRouterItem.newBuilder();
      what.accept(item);
      out.onNext(ToRouter.newBuilder().addItems(item).build());
    }

    void ask(long requestId, String user) {
      say(item -> item.setRequest(MailboxRequest.newBuilder()
          .setRequestId(requestId).setCaller(Caller.newBuilder().setUserId(user))));
    }

    /// An empty frame.
    void probe() {
      out.onNext(ToRouter.getDefaultInstance());
    }

    FromRouter next() {
      try {
        FromRouter frame = seen.poll(20, TimeUnit.SECONDS);
        if (frame == null) {
          throw new AssertionError("nothing came");
        }
        return frame;
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new AssertionError(stopped);
      }
    }

    void end() {
      out.onCompleted();
    }

    @Override
    public void onNext(FromRouter frame) {
      seen.add(frame);
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }
}
