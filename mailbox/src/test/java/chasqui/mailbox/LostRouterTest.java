package chasqui.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.CrashPoints;
import chasqui.link.Link;
import chasqui.link.LinkLimits;
import chasqui.link.LinkListener;
import chasqui.mailbox.memory.MemoryStore;
import chasqui.mailbox.memory.StoreScheduler;
import chasqui.mailbox.v1.FromMailbox;
import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.MailboxLinkServiceGrpc;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.ToMailbox;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.opentelemetry.api.OpenTelemetry;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A router that dies while its append is being committed: the push goes to another one, over real links.
class LostRouterTest {

  private static final long WITHIN_SECONDS = 30;

  private final Harness requests = new Harness();
  private final HeldCommits commits = new HeldCommits();
  private MailboxEngine engine;
  private Server server;
  private ManagedChannel channel;

  /// Does at once whatever is not held.
  private static final class HeldCommits implements StoreScheduler {
    final BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();
    volatile boolean holding;

    @Override
    public void schedule(String operation, Runnable work) {
      if (holding && operation.equals("commit")) {
        held.add(work);
      } else {
        work.run();
      }
    }
  }

  private final class Router implements LinkListener<FromMailbox> {
    final BlockingQueue<MailboxEvent> got = new LinkedBlockingQueue<>();
    final Link<MailboxRequest, ToMailbox> link = Link.open(
        MailboxLinkServiceGrpc.newStub(channel)::attach,
        asked -> ToMailbox.newBuilder().addAllRequests(asked).build(), LinkLimits.DEFAULT, opened -> this);

    @Override
    public void onFrame(FromMailbox frame) {
      got.addAll(frame.getEventsList());
    }

    @Override
    public void onBroken(Status why) {}

    void ask(MailboxRequest.Builder request, long id) {
      assertEquals(Link.Offer.ACCEPTED, link.offer(request.setRequestId(id).build()));
    }

    MailboxEvent next() throws InterruptedException {
      MailboxEvent event = got.poll(WITHIN_SECONDS, TimeUnit.SECONDS);
      assertTrue(event != null, "nothing came");
      return event;
    }
  }

  @BeforeEach
  void open() throws Exception {
    MailboxConfig defaults = MailboxConfig.DEFAULT;
    MailboxConfig oneStripe = new MailboxConfig(1, defaults.queues(), defaults.batches(), defaults.conversations(),
        defaults.reads(), defaults.users());
    engine = new MailboxEngine(oneStripe, new MailboxEngine.Parts(
        new MemoryStore(commits, InstantSource.system()), new SoleCustody(), InstantSource.system(),
        OpenTelemetry.noop().getMeter("test"), CrashPoints.NONE, (what, cause) -> {
          throw new AssertionError(what, cause);
        }));
    String name = "lost-router-" + System.identityHashCode(this);
    server = InProcessServerBuilder.forName(name).directExecutor()
        .addService(new MailboxService(engine, LinkLimits.DEFAULT)).build().start();
    channel = InProcessChannelBuilder.forName(name).directExecutor().build();
  }

  @AfterEach
  void close() throws Exception {
    channel.shutdownNow();
    server.shutdownNow();
    engine.close();
  }

  @Test
  void aPushOfACommitThatOutlivesItsRouterGoesToAnother() throws Exception {
    Router dies = new Router();
    Router lives = new Router();
    dies.ask(requests.createDirect("alice", "bob"), 1);
    assertTrue(dies.next().getResponse().hasAppended());
    assertEquals(1, dies.next().getPush().getEntry().getSeq());
    commits.holding = true;
    dies.ask(requests.send("alice", requests.ids.direct("alice", "bob"), 1, "hi"), 2);
    Runnable commit = commits.held.poll(WITHIN_SECONDS, TimeUnit.SECONDS);
    assertTrue(commit != null, "the append is on its way to the store");
    assertEquals(0, lives.got.size());
    dies.link.fail(Status.CANCELLED);
    commits.holding = false;
    commit.run();
    assertEquals(2, lives.next().getPush().getEntry().getSeq());
  }

  @Test
  void whereThereIsNoOtherItWaitsForTheNext() throws Exception {
    Router dies = new Router();
    dies.ask(requests.createDirect("alice", "bob"), 1);
    dies.next();
    dies.next();
    commits.holding = true;
    dies.ask(requests.send("alice", requests.ids.direct("alice", "bob"), 1, "hi"), 2);
    Runnable commit = commits.held.poll(WITHIN_SECONDS, TimeUnit.SECONDS);
    assertTrue(commit != null, "the append is on its way to the store");
    dies.link.fail(Status.CANCELLED);
    commits.holding = false;
    commit.run();
    assertEquals(2, new Router().next().getPush().getEntry().getSeq());
  }
}
