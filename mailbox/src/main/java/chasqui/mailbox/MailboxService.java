package chasqui.mailbox;

import chasqui.link.Link;
import chasqui.link.LinkLimits;
import chasqui.link.LinkListener;
import chasqui.mailbox.v1.FromMailbox;
import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.MailboxLinkServiceGrpc;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.ToMailbox;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes in the links of routers and carries requests to the engine, answers and pushes back.
public final class MailboxService extends MailboxLinkServiceGrpc.MailboxLinkServiceImplBase {

  private static final Logger LOG = LoggerFactory.getLogger(MailboxService.class);

  private static final Status TOO_SLOW = Status.RESOURCE_EXHAUSTED.withDescription("answers and pushes are taken too slowly");
  private static final Status MISSED = Status.UNAVAILABLE.withDescription("pushes may be missing");

  private final MailboxEngine engine;
  private final LinkLimits limits;
  private final Set<Port> ports = ConcurrentHashMap.newKeySet();
  private final PushesAgain again;

  public MailboxService(MailboxEngine engine, LinkLimits limits) {
    this(engine, limits, new PushesAgain());
  }

  /// @param again gets the links of routers
  public MailboxService(MailboxEngine engine, LinkLimits limits, PushesAgain again) {
    this.engine = engine;
    this.limits = limits;
    this.again = again;
    engine.metrics().queue("mailbox.pushes.again", again::waiting, PushesAgain.PUSHES_MAX);
    engine.metrics().queue("mailbox.link", () -> deepest(Link::depth), limits.itemsQueuedMax());
    engine.metrics().queue("mailbox.link.bytes", () -> deepest(Link::depthBytes), limits.bytesQueuedMax());
  }

  @Override
  public StreamObserver<ToMailbox> attach(StreamObserver<FromMailbox> responses) {
    return Link.serve(
        responses, events -> FromMailbox.newBuilder().addAllEvents(events).build(), limits, Port::new);
  }

  /// Ends every link in good order: what is queued on them is still written.
  public void closeLinks() {
    ports.forEach(port -> port.link.close());
  }

  private long deepest(ToLongFunction<Link<MailboxEvent, FromMailbox>> depth) {
    return ports.stream().mapToLong(port -> depth.applyAsLong(port.link)).max().orElse(0);
  }

  private final class Port implements MailboxPort, LinkListener<ToMailbox> {
    private final Link<MailboxEvent, FromMailbox> link;

    Port(Link<MailboxEvent, FromMailbox> link) {
      this.link = link;
      ports.add(this);
      again.attached(this);
    }

    @Override
    public void emit(MailboxEvent event) {
      if (event.hasReceiptMoved()) {
        // Nobody misses it: what it tells is asked for when it matters.
        if (link.enqueueEphemeral(event) != Link.Offer.ACCEPTED) {
          engine.metrics().receiptDropped();
        }
        return;
      }
      switch (link.enqueue(event)) {
        case ACCEPTED -> { }
        case FULL -> {
          // An answer or a push that is left out would be missed without notice; a link that ends is noticed: its opener
          // takes what was open for unknown, and lets every session compare its heads.
          LOG.warn("a router takes answers too slowly: its link is ended at {} queued events", link.depth());
          link.failLater(TOO_SLOW);
        }
        // Sessions may have compared before this was committed. For its answer nobody waits any more.
        case CLOSED -> again.undelivered(event);
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

    /// A link that ends lets every session compare its heads.
    @Override
    public void missed() {
      link.failLater(MISSED);
    }

    @Override
    public boolean isCongested() {
      return link.depthBytes() > limits.bytesQueuedMax() / 2;
    }

    @Override
    public void onFrame(ToMailbox frame) {
      for (MailboxRequest request : frame.getRequestsList()) {
        engine.submit(request, this);
      }
      link.flush();
    }

    @Override
    public void onBroken(Status why) {
      ports.remove(this);
      again.detached(this);
    }
  }
}
