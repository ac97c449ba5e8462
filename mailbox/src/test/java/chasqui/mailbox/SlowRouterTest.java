package chasqui.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.discovery.CrashPoints;
import chasqui.link.LinkLimits;
import chasqui.mailbox.memory.MemoryStore;
import chasqui.mailbox.memory.StoreScheduler;
import chasqui.mailbox.v1.FromMailbox;
import chasqui.mailbox.v1.MailboxLinkServiceGrpc;
import chasqui.mailbox.v1.ToMailbox;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.opentelemetry.api.OpenTelemetry;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A router that takes nothing costs a bounded queue, then its link.
class SlowRouterTest {

  @Test
  void aLinkWhoseQueueIsFullIsEnded() throws Exception {
    MailboxConfig defaults = MailboxConfig.DEFAULT;
    MailboxConfig oneStripe = new MailboxConfig(1, defaults.queues(), defaults.batches(), defaults.conversations(),
        defaults.reads(), defaults.users());
    MemoryStore store = new MemoryStore(StoreScheduler.AT_ONCE, InstantSource.system());
    MailboxEngine engine = new MailboxEngine(oneStripe, new MailboxEngine.Parts(
        store, new SoleCustody(), InstantSource.system(), OpenTelemetry.noop().getMeter("test"), CrashPoints.NONE,
        (what, cause) -> {
          throw new AssertionError(what, cause);
        }));
    MailboxService service = new MailboxService(engine, new LinkLimits(100, 1 << 20, 10, 4_096, 4));
    Server server = InProcessServerBuilder.forName("slow").directExecutor().addService(service).build().start();
    ManagedChannel channel = InProcessChannelBuilder.forName("slow").directExecutor().build();
    CompletableFuture<Status> ended = new CompletableFuture<>();
    try {
      Router router = new Router(ended);
      MailboxLinkServiceGrpc.newStub(channel).attach(router);
      Harness requests = new Harness();
      String conversation = requests.ids.direct("alice", "bob");
      router.call.onNext(ToMailbox.newBuilder().addRequests(requests.createDirect("alice", "bob").setRequestId(1)).build());
      for (int i = 1; i <= 400 && !ended.isDone(); i++) {
        router.call.onNext(ToMailbox.newBuilder()
            .addRequests(requests.send("alice", conversation, i, "x").setRequestId(i + 1)).build());
      }
      assertEquals(Status.Code.RESOURCE_EXHAUSTED, ended.get(20, TimeUnit.SECONDS).getCode());
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
      engine.close();
    }
  }

  /// Sends, and asks for no answer at all.
  private static final class Router implements ClientResponseObserver<ToMailbox, FromMailbox> {
    private final CompletableFuture<Status> ended;
    private ClientCallStreamObserver<ToMailbox> call;

    Router(CompletableFuture<Status> ended) {
      this.ended = ended;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ToMailbox> started) {
      call = started;
      started.disableAutoRequestWithInitial(0);
    }

    @Override
    public void onNext(FromMailbox frame) {}

    @Override
    public void onError(Throwable failure) {
      ended.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
      ended.complete(Status.OK);
    }
  }
}
