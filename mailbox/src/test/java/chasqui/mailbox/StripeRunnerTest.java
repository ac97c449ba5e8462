package chasqui.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.CrashPoints;
import chasqui.mailbox.StripeRunner.Offer;
import chasqui.mailbox.memory.MemoryStore;
import chasqui.mailbox.store.FatalHandler;
import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.MailboxRequest;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StripeRunnerTest {

  private static final FatalHandler NONE = (what, cause) -> {
    throw new AssertionError(what, cause);
  };

  private final BlockingQueue<MailboxEvent> events = new LinkedBlockingQueue<>();
  private final Harness requests = new Harness();
  private final BlockingQueue<Runnable> heldByStore = new LinkedBlockingQueue<>();
  private volatile boolean holdCommits;
  private StripeRunner runner;

  private final MailboxPort port = new MailboxPort() {
    @Override
    public void emit(MailboxEvent event) {
      events.add(event);
    }

    @Override
    public void flush() {}

    @Override
    public void missed() {}
  };

  private StripeRunner start(int inboxMax, FatalHandler fatal, Duration closeWait) {
    MemoryStore store = new MemoryStore((operation, work) -> {
      if (operation.equals("commit") && holdCommits) {
        heldByStore.add(work);
      } else {
        work.run();
      }
    }, InstantSource.system());
    MailboxConfig.Queues queues =
        new MailboxConfig.Queues(inboxMax, 70_000, 100, 1 << 20, 100, Duration.ofMillis(1));
    runner = new StripeRunner(0, queues, InstantSource.system(), fatal, closeWait,
        reentry -> new Stripe(0, MailboxConfig.DEFAULT, store, new SoleCustody(),
            new MailboxMetrics(OpenTelemetry.noop().getMeter("test")), CrashPoints.NONE, reentry));
    return runner;
  }

  @AfterEach
  void stop() {
    runner.close();
  }

  private MailboxEvent next() throws InterruptedException {
    MailboxEvent event = events.poll(20, TimeUnit.SECONDS);
    assertTrue(event != null, "an event within 20 s");
    return event;
  }

  private MailboxRequest create(long id) {
    return requests.createDirect("alice", "peer-" + id).setRequestId(id).build();
  }

  @Test
  void requestsBeyondTheBoundAreNotTakenAndTheRestIsAnswered() throws InterruptedException {
    start(3, NONE, Duration.ofSeconds(5));
    for (long id = 1; id <= 3; id++) {
      assertEquals(Offer.ACCEPTED, runner.offer(create(id), port, 0));
    }
    assertEquals(Offer.FULL, runner.offer(create(4), port, 0));
    assertEquals(3, runner.depth());
    runner.start();
    for (int i = 0; i < 3; i++) {
      assertTrue(next().getResponse().hasAppended());
      assertTrue(next().hasPush());
    }
    assertEquals(Offer.ACCEPTED, runner.offer(create(4), port, 0));
    assertTrue(next().getResponse().hasAppended());
  }

  @Test
  void theBytesThatWaitAreBoundedToo() {
    start(1_000, NONE, Duration.ofSeconds(5));
    MailboxRequest large = requests.send("alice", "c", 1, "x".repeat(40_000)).setRequestId(1).build();
    assertEquals(Offer.ACCEPTED, runner.offer(large, port, 0));
    assertEquals(Offer.FULL, runner.offer(large, port, 0));
    assertEquals(large.getSerializedSize(), runner.depthBytes());
    assertEquals(Offer.ACCEPTED, runner.offer(create(2), port, 0));
  }

  @Test
  void aCloseLetsOpenRequestsFinish() throws InterruptedException {
    holdCommits = true;
    start(10, NONE, Duration.ofSeconds(20)).start();
    runner.offer(create(1), port, 0);
    Runnable commit = heldByStore.poll(20, TimeUnit.SECONDS);
    runner.stopTaking();
    Thread closing = Thread.ofPlatform().start(runner::close);
    assertEquals(Offer.CLOSED, runner.offer(create(2), port, 0));
    commit.run();
    closing.join();
    assertTrue(events.stream().anyMatch(event -> event.getResponse().hasAppended()));
  }

  @Test
  void aCloseDoesNotWaitForEver() throws InterruptedException {
    holdCommits = true;
    start(10, NONE, Duration.ofMillis(50)).start();
    runner.offer(create(1), port, 0);
    Runnable commit = heldByStore.poll(20, TimeUnit.SECONDS);
    runner.close();
    commit.run();
    assertEquals(List.of(), List.copyOf(events), "nobody is told of what ended after the close");
  }

  @Test
  void aBugInACompletionEndsTheStripeLoudly() throws Exception {
    CompletableFuture<String> told = new CompletableFuture<>();
    start(10, (what, cause) -> told.complete(what), Duration.ofMillis(50)).start();
    MailboxPort broken = new MailboxPort() {
      @Override
      public void emit(MailboxEvent event) {
        throw new IllegalStateException("a port that throws");
      }

      @Override
      public void flush() {}

      @Override
      public void missed() {}
    };
    runner.offer(create(1), broken, 0);
    assertEquals("mailbox stripe 0 failed", told.get(20, TimeUnit.SECONDS));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (runner.offer(create(2), port, 0) != Offer.CLOSED && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertEquals(Offer.CLOSED, runner.offer(create(2), port, 0));
  }
}
