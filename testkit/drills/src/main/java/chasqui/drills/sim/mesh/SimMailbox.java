package chasqui.drills.sim.mesh;

import chasqui.discovery.CrashPoints;
import chasqui.discovery.Slots;
import chasqui.link.Link;
import chasqui.link.LinkLimits;
import chasqui.link.LinkListener;
import chasqui.mailbox.Custody;
import chasqui.mailbox.MailboxConfig;
import chasqui.mailbox.MailboxMetrics;
import chasqui.mailbox.MailboxPort;
import chasqui.mailbox.PushesAgain;
import chasqui.mailbox.RequestSlots;
import chasqui.mailbox.Stripe;
import chasqui.mailbox.custody.SharedMailbox;
import chasqui.mailbox.store.MailboxStore;
import chasqui.mailbox.v1.FromMailbox;
import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.MailboxLinkServiceGrpc;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.ReportUnreachable;
import chasqui.mailbox.v1.ToMailbox;
import chasqui.testkit.sim.SimNode;
import com.google.protobuf.TextFormat;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.metrics.Meter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The mailbox of one incarnation of a node: real stripes, which get their turns from the simulation instead of threads,
/// and the links of routers.
final class SimMailbox extends MailboxLinkServiceGrpc.MailboxLinkServiceImplBase {
  private static final LinkLimits LIMITS = LinkLimits.DEFAULT;

  /// What a mailbox stands on.
  ///
  /// @param again gets the links of routers
  /// @param shared custody of slots; null where the node alone has its store
  record Parts(
      MailboxStore store, Custody custody, Eavesdropper eavesdropper, PushesAgain again, SharedMailbox shared) {}

  private final RequestSlots slots;
  private final Parts parts;
  private final Consumer<Supplier<String>> talk;
  private final List<StripeTurns> stripes = new ArrayList<>();

  /// @param talk hears every request and event, for whoever debugs
  SimMailbox(SimNode node, MailboxConfig config, Parts parts, Meter meter, Consumer<Supplier<String>> talk) {
    this.parts = parts;
    this.talk = talk;
    MailboxStore store = parts.store();
    slots = new RequestSlots(new Slots(store.dataSet().getSlots()));
    MailboxMetrics metrics = new MailboxMetrics(meter);
    CrashPoints crashPoints = point -> node.crashPoints().reach(point.id());
    for (int number = 0; number < config.stripes(); number++) {
      int stripe = number;
      stripes.add(new StripeTurns(
          node, node.random().split("stripe " + stripe + " of " + node.incarnation()),
          reentry -> new Stripe(stripe, config, store, parts.custody(), metrics, crashPoints, reentry)));
    }
  }

  /// Begins to take slots, where custody has to be had; completes once this incarnation may be told of.
  CompletionStage<Void> start() {
    return parts.shared() == null
        ? CompletableFuture.completedStage(null)
        : parts.shared().start(slot -> stripes.get(slot % stripes.size()).release(slot));
  }

  /// Hands all slots to others; may never complete.
  CompletionStage<Void> drain() {
    return parts.shared() == null ? CompletableFuture.completedStage(null) : parts.shared().drain();
  }

  @Override
  public StreamObserver<ToMailbox> attach(StreamObserver<FromMailbox> responses) {
    return Link.serve(responses, events -> FromMailbox.newBuilder().addAllEvents(events).build(), LIMITS, Port::new);
  }

  private void submit(MailboxRequest request, MailboxPort port) {
    parts.eavesdropper().asked(port, request);
    if (request.hasReportUnreachable()) {
      ReportUnreachable report = request.getReportUnreachable();
      parts.custody().reported(report.getIncarnation(), report.getReporterNodeId());
      return;
    }
    talk.accept(() -> "mailbox takes " + TextFormat.printer().emittingSingleLine(true).printToString(request));
    int slot = slots.of(request);
    if (slot == RequestSlots.NONE) {
      throw new IllegalStateException("a router sent what belongs to no slot: " + request.getOperationCase());
    }
    stripes.get(slot % stripes.size()).offer(request, port, slot);
  }

  /// As in the mailbox's own service.
  private final class Port implements MailboxPort, LinkListener<ToMailbox> {
    private final Link<MailboxEvent, FromMailbox> link;

    Port(Link<MailboxEvent, FromMailbox> link) {
      this.link = link;
      parts.again().attached(this);
    }

    @Override
    public void emit(MailboxEvent event) {
      parts.eavesdropper().said(this, event);
      talk.accept(() -> "mailbox gives " + TextFormat.printer().emittingSingleLine(true).printToString(event));
      switch (link.enqueue(event)) {
        case ACCEPTED -> { }
        case FULL -> link.failLater(Status.RESOURCE_EXHAUSTED.withDescription("answers and pushes are taken too slowly"));
        case CLOSED -> parts.again().undelivered(event);
      }
    }

    @Override
    public boolean isOpen() {
      return link.isOpen();
    }

    @Override
    public void flush() {
      link.flush();
    }

    @Override
    public void missed() {
      link.failLater(Status.UNAVAILABLE.withDescription("pushes may be missing"));
    }

    @Override
    public void onFrame(ToMailbox frame) {
      for (MailboxRequest request : frame.getRequestsList()) {
        submit(request, this);
      }
      link.flush();
    }

    @Override
    public void onBroken(Status why) {
      parts.again().detached(this);
    }
  }
}
