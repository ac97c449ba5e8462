package chasqui.drills.faults.ground;

import chasqui.client.ChasquiClient;
import chasqui.client.session.ClientEvent;
import chasqui.drills.fleet.Deadline;
import chasqui.drills.fleet.DrillDevice;
import chasqui.testkit.check.Judge;
import chasqui.testkit.check.Verdict;
import chasqui.testkit.history.History;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/// Two users with the real SDK who chat through every attack, and whose histories are judged.
public final class Neighbours implements AutoCloseable {

  private static final long SEND_EVERY_MILLIS = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final History history = new History();
  private final DrillDevice anna;
  private final DrillDevice bela;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final ConcurrentLinkedQueue<String> noticed = new ConcurrentLinkedQueue<>();
  private final AtomicInteger caughtUp = new AtomicInteger();
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger settled = new AtomicInteger();
  private final AtomicInteger shown = new AtomicInteger();
  private final AtomicLong slowestMicros = new AtomicLong();
  private String conversation;
  private ScheduledFuture<?> talk;

  Neighbours(Path folder, UnaryOperator<String> token) {
    anna = device("anna", folder, token);
    bela = device("bela", folder, token);
  }

  private DrillDevice device(String user, Path folder, UnaryOperator<String> token) {
    return new DrillDevice(
        user, "phone", folder, _ -> token.apply(user), history, () -> System.nanoTime() / 1_000, this::on);
  }

  private void on(ClientEvent event) {
    switch (event) {
      case ClientEvent.CaughtUp _ -> caughtUp.incrementAndGet();
      case ClientEvent.EntryReceived entry when entry.entry().hasMessage() -> shown.incrementAndGet();
      case ClientEvent.Disconnected _, ClientEvent.ConnectFailed _, ClientEvent.FrameRefused _, ClientEvent.Evicted _,
          ClientEvent.Stopped _, ClientEvent.AuthExpired _ -> noticed.add(event.toString());
      default -> { }
    }
  }

  void arrive(String edge) {
    anna.connect(edge);
    bela.connect(edge);
    if (!Deadline.await(PATIENCE, () -> caughtUp.get() >= 2)) {
      throw new IllegalStateException("the neighbours did not come online: " + noticed);
    }
    conversation = ChasquiClient.await(anna.client().conversations().createDirect("bela")).getConversationId();
  }

  /// They talk from here on.
  void talk() {
    noticed.clear();
    slowestMicros.set(0);
    talk = clock.scheduleAtFixedRate(this::sayOne, 0, SEND_EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void sayOne() {
    int number = sent.incrementAndGet();
    long start = System.nanoTime();
    DrillDevice speaker = number % 2 == 0 ? anna : bela;
    var _ = speaker.client().sendText(conversation, "word " + number).whenComplete((receipt, failure) -> {
      slowestMicros.accumulateAndGet((System.nanoTime() - start) / 1_000, Math::max);
      settled.incrementAndGet();
      if (failure != null) {
        noticed.add("a send failed: " + failure);
      }
    });
  }

  /// They fall silent, wait until everything has arrived, and say what they noticed.
  void judge(Finding finding) {
    talk.cancel(false);
    boolean complete = Deadline.await(PATIENCE, () -> settled.get() == sent.get() && shown.get() >= 2 * sent.get());
    Verdict verdict = Judge.of(history.observations());
    finding.require(complete, "the neighbours' chat is not complete: " + shown.get() + " of " + 2 * sent.get() + " shown");
    finding.require(noticed.isEmpty(), "the neighbours noticed: " + noticed.stream().limit(3).toList());
    finding.require(verdict.holds(), "the neighbours' histories: " + verdict.violations());
    int heldBack = anna.heldBack() + bela.heldBack();
    finding.figure("neighbour_rate_limited", heldBack);
    finding.require(heldBack == 0, "the neighbours were rate limited " + heldBack + " times");
    finding.figure("neighbour_slowest_ack_ms", slowestMicros.get() / 1_000);
    finding.figure("neighbour_lost", verdict.lost());
  }


  @Override
  public void close() {
    clock.shutdownNow();
    anna.close();
    bela.close();
  }
}
