package chasqui.mailbox;

import chasqui.discovery.CrashPoints;
import chasqui.discovery.Slots;
import chasqui.mailbox.store.FatalHandler;
import chasqui.mailbox.store.MailboxStore;
import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Refusal;
import chasqui.mailbox.v1.ReportUnreachable;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// All stripes of a node, each with its thread; brings each request to the stripe of its slot. Thread-safe.
public final class MailboxEngine implements AutoCloseable {

  // What is open at a close gets this long; after it whoever waits is told by the end of the link.
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

  private final MailboxConfig config;
  private final Custody custody;
  private final MailboxMetrics metrics;
  private final RequestSlots slots;
  private final List<StripeRunner> runners = new ArrayList<>();

  /// What the engine stands on.
  ///
  /// @param fatal told when a stripe failed by a bug: the node is to end, and what is stored decides at its next start
  public record Parts(
      MailboxStore store, Custody custody, InstantSource clock, Meter meter, CrashPoints crashPoints, FatalHandler fatal) {}

  public MailboxEngine(MailboxConfig config, Parts parts) {
    this.config = config;
    this.custody = parts.custody();
    this.metrics = new MailboxMetrics(parts.meter());
    this.slots = new RequestSlots(new Slots(parts.store().dataSet().getSlots()));
    for (int number = 0; number < config.stripes(); number++) {
      int stripe = number;
      StripeRunner runner = new StripeRunner(
          stripe, config.queues(), parts.clock(), parts.fatal(), CLOSE_WAIT,
          reentry -> new Stripe(
              stripe, config, parts.store(), parts.custody(), metrics, parts.crashPoints(), reentry));
      metrics.queue("mailbox.inbox." + stripe, runner::depth, config.queues().inboxMax());
      metrics.queue("mailbox.inbox.bytes." + stripe, runner::depthBytes, config.queues().inboxBytesMax());
      runners.add(runner);
    }
    runners.forEach(StripeRunner::start);
  }

  /// Takes a request; the answer comes at the port, on this thread or another. Whoever submits flushes the port
  /// afterwards: a request that is refused at once is answered without.
  public void submit(MailboxRequest request, MailboxPort port) {
    if (request.hasReportUnreachable()) {
      ReportUnreachable report = request.getReportUnreachable();
      custody.reported(report.getIncarnation(), report.getReporterNodeId());
      return;
    }
    int slot = slots.of(request);
    if (slot == RequestSlots.NONE) {
      refuse(request, port, Refusals.invalid("operation", "a known one, for conversations of one slot"));
      return;
    }
    switch (runners.get(slot % runners.size()).offer(request, port, slot)) {
      case ACCEPTED -> {}
      case FULL -> refuse(request, port, Refusals.overloaded("mailbox.inbox", config.queues().retryAfter()));
      case CLOSED -> refuse(request, port, Refusals.unavailable("the node is leaving", config.queues().retryAfter()));
    }
  }

  /// As {@link Stripe#release}. Any thread.
  public CompletionStage<Void> release(int slot) {
    return runners.get(slot % runners.size()).release(slot);
  }

  MailboxMetrics metrics() {
    return metrics;
  }

  private void refuse(MailboxRequest request, MailboxPort port, Refusal refusal) {
    metrics.refused(refusal.getReason());
    port.emit(MailboxEvent.newBuilder()
        .setResponse(MailboxResponse.newBuilder().setRequestId(request.getRequestId()).setRefusal(refusal))
        .build());
  }

  /// Takes no more requests, lets the open ones finish for a while, ends the threads. The store stays open.
  @Override
  public void close() {
    // All at once, so that the waits do not add up.
    runners.forEach(StripeRunner::stopTaking);
    runners.forEach(StripeRunner::close);
    metrics.close();
  }
}
