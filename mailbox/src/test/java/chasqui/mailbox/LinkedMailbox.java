package chasqui.mailbox;

import chasqui.discovery.CrashPoints;
import chasqui.link.Link;
import chasqui.link.LinkLimits;
import chasqui.link.LinkListener;
import chasqui.mailbox.store.MailboxStore;
import chasqui.mailbox.store.embedded.EmbeddedStore;
import chasqui.mailbox.store.embedded.EmbeddedStoreConfig;
import chasqui.mailbox.v1.FromMailbox;
import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.MailboxLinkServiceGrpc;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Push;
import chasqui.mailbox.v1.ToMailbox;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A whole mailbox on an embedded store, reached by a link over gRPC's in-process transport.
final class LinkedMailbox {

  private static final long MIB = 1 << 20;

  final Queue<Push> pushes = new ConcurrentLinkedQueue<>();
  final Queue<MailboxEvent> events = new ConcurrentLinkedQueue<>();
  final CompletableFuture<Status> broken = new CompletableFuture<>();
  final MailboxStore store;
  final MailboxEngine engine;
  private final MailboxService service;
  private final Server server;
  private final ManagedChannel channel;
  private final Link<MailboxRequest, ToMailbox> link;
  private final Map<Long, CompletableFuture<MailboxResponse>> waiting = new ConcurrentHashMap<>();
  private final AtomicLong lastId = new AtomicLong();

  LinkedMailbox(Path folder, MailboxConfig config, LinkLimits limits) throws Exception {
    String name = "mailbox-" + System.identityHashCode(this);
    Meter meter = OpenTelemetry.noop().getMeter("test");
    EmbeddedStoreConfig storeConfig = EmbeddedStoreConfig.defaults(folder.resolve("data"), 64)
        .withStripes(config.stripes())
        .withSpaceReserveBytes(0)
        .withMemory(new EmbeddedStoreConfig.Memory(8 * MIB, 4 * MIB, 16 * MIB, 128));
    store = EmbeddedStore.open(
        storeConfig, InstantSource.system(), new SecureRandom(), meter, LinkedMailbox::fatal, CrashPoints.NONE);
    engine = new MailboxEngine(config, new MailboxEngine.Parts(
        store, new SoleCustody(), InstantSource.system(), meter, CrashPoints.NONE, LinkedMailbox::fatal));
    service = new MailboxService(engine, limits);
    server = InProcessServerBuilder.forName(name).directExecutor().addService(service).build().start();
    channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    link = Link.open(
        MailboxLinkServiceGrpc.newStub(channel)::attach,
        requests -> ToMailbox.newBuilder().addAllRequests(requests).build(),
        LinkLimits.DEFAULT,
        opened -> new Listener());
  }

  private static void fatal(String what, Throwable cause) {
    throw new AssertionError(what, cause);
  }

  private final class Listener implements LinkListener<FromMailbox> {
    @Override
    public void onFrame(FromMailbox frame) {
      for (MailboxEvent event : frame.getEventsList()) {
        events.add(event);
        if (event.hasPush()) {
          pushes.add(event.getPush());
        } else if (event.hasResponse()) {
          waiting.remove(event.getResponse().getRequestId()).complete(event.getResponse());
        }
      }
    }

    @Override
    public void onBroken(Status why) {
      broken.complete(why);
    }
  }

  CompletableFuture<MailboxResponse> ask(MailboxRequest.Builder request) {
    long id = lastId.incrementAndGet();
    CompletableFuture<MailboxResponse> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    if (link.offer(request.setRequestId(id).build()) != Link.Offer.ACCEPTED) {
      throw new AssertionError("the link takes the request");
    }
    return answer;
  }

  static <T> T get(CompletableFuture<T> answer) throws Exception {
    return answer.get(30, TimeUnit.SECONDS);
  }

  MailboxResponse run(MailboxRequest.Builder request) throws Exception {
    return get(ask(request));
  }

  List<Long> waitingRequests() {
    return List.copyOf(waiting.keySet());
  }

  void closeLinks() {
    service.closeLinks();
  }

  void close() throws Exception {
    link.close();
    service.closeLinks();
    engine.close();
    store.close();
    channel.shutdownNow();
    server.shutdownNow();
    channel.awaitTermination(10, TimeUnit.SECONDS);
    server.awaitTermination(10, TimeUnit.SECONDS);
  }
}
