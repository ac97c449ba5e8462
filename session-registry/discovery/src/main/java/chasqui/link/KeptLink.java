package chasqui.link;

import com.google.protobuf.MessageLite;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The link to one incarnation of a node, opened again whenever it breaks, until this is closed. Thread-safe.
///
/// A link on which nothing came for a second is probed, and one on which nothing came for three is ended as broken: a
/// peer that is paused, or out of reach, keeps its connection open and says nothing. Time is counted in beats of our own
/// scheduler, so that a pause of ours is not taken for the peer's.
///
/// @param <I> what is sent
/// @param <F> a frame of it
/// @param <R> a frame of the peer
public final class KeptLink<I extends MessageLite, F, R> implements AutoCloseable {

  /// Why a link ended on which nothing came for three seconds. The listener is told this very object.
  public static final Status SILENT = Status.UNAVAILABLE.withDescription("nothing heard of the peer for 3 s");

  private static final Duration BEAT = Duration.ofMillis(500);
  private static final int BEATS_TO_PROBE = 2;
  private static final int BEATS_TO_END = 6;

  private static final Logger LOG = LoggerFactory.getLogger(KeptLink.class);

  private final ManagedChannel channel;
  private final LinkLimits limits;
  private final LinkKind<I, F, R> kind;
  private final String nodeId;
  private final LinkOpener<I, F, R> opener;
  private final LinkKeeper keeper;
  private final ScheduledExecutorService scheduler;
  private volatile Link<I, F> link;
  // What hears of it.
  private volatile Kept kept;
  private volatile boolean closed;
  // Set before `closed` where the link is to end at once.
  private volatile Status failure;

  /// @param nodeId the node, for logs
  /// @param channel to the node; it stays the caller's
  /// @param scheduler reopens the link
  /// @param random spreads reopening
  public KeptLink(
      LinkKind<I, F, R> kind, String nodeId, ManagedChannel channel, LinkLimits limits, ScheduledExecutorService scheduler,
      RandomGenerator random, LinkOpener<I, F, R> opener) {
    this.kind = kind;
    this.nodeId = nodeId;
    this.channel = channel;
    this.limits = limits;
    this.opener = opener;
    this.scheduler = scheduler;
    this.keeper = new LinkKeeper(this::open, scheduler, random);
  }

  /// Opens the link for the first time.
  public void start() {
    keeper.start();
  }

  /// Whether the link takes something now.
  public boolean isOpen() {
    Link<I, F> now = link;
    return now != null && now.isOpen();
  }

  /// Whether the peer answered on the link as it is open now: it is not only connected, it is there.
  public boolean isAnswered() {
    Kept last = kept;
    return last != null && last.answered && isOpen();
  }

  /// The link as it was opened last, perhaps over by now; empty before the first time.
  public Optional<Link<I, F>> current() {
    return Optional.ofNullable(link);
  }

  /// As {@link Link#offer}.
  public Link.Offer offer(I item) {
    Link<I, F> now = link;
    return now == null ? Link.Offer.CLOSED : now.offer(item);
  }

  /// As {@link Link#offerEphemeral}.
  public Link.Offer offerEphemeral(I item) {
    Link<I, F> now = link;
    return now == null ? Link.Offer.CLOSED : now.offerEphemeral(item);
  }

  /// As {@link Link#flush}.
  public void flush() {
    Link<I, F> now = link;
    if (now != null) {
      now.flush();
    }
  }

  /// How many items wait.
  public int depth() {
    Link<I, F> now = link;
    return now == null ? 0 : now.depth();
  }

  /// Ends the link for good and in good order: what is queued is still written.
  @Override
  public void close() {
    closed = true;
    keeper.close();
    endLast();
  }

  /// Ends the link for good and at once: what is queued is dropped.
  public void fail(Status why) {
    failure = why;
    close();
  }

  private void endLast() {
    Link<I, F> last = link;
    Status why = failure;
    if (last == null) {
      return;
    }
    if (why == null) {
      last.close();
    } else {
      last.fail(why);
    }
  }

  private void open(LinkKeeper unused) {
    if (closed) {
      return;
    }
    // The channel's own pause between connects grows to two minutes: how often a link is tried is the keeper's to say.
    channel.resetConnectBackoff();
    Link<I, F> next = Link.<I, F, R>open(
        responses -> kind.method().apply(channel, responses), kind.framer(), limits, opening -> {
          // The hello is said before anybody else finds the link.
          LinkListener<R> listener = opener.opening(opening);
          link = opening;
          kept = new Kept(opening, listener);
          return kept;
        });
    if (closed) {
      // Whoever closed this may have seen the link before.
      endLast();
      return;
    }
    opener.opened(next);
    Kept last = kept;
    // It may have broken and been opened again by now, which has a beat of its own.
    if (last.own == next) {
      next.probe();
      last.beatLater();
    }
  }

  private final class Kept implements LinkListener<R> {
    private final Link<I, F> own;
    private final LinkListener<R> listener;
    private volatile boolean answered;
    private volatile boolean heard;
    // The scheduler's.
    private int silentBeats;

    Kept(Link<I, F> own, LinkListener<R> listener) {
      this.own = own;
      this.listener = listener;
    }

    @Override
    public void onFrame(R frame) {
      boolean first = !answered;
      answered = true;
      if (!heard) {
        heard = true;
      }
      keeper.works();
      listener.onFrame(frame);
      if (first) {
        opener.answered(own);
      }
    }

    @Override
    public void onBroken(Status why) {
      if (!closed) {
        LOG.info("the link to {} {} broke: {}", kind.peer(), nodeId, why.getCode());
      }
      try {
        listener.onBroken(why);
      } finally {
        keeper.broken(why);
      }
    }

    void beatLater() {
      try {
        scheduler.schedule(this::beat, BEAT.toMillis(), TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException stopping) {
        LOG.debug("the link to {} {} is not probed any more: the scheduler has stopped", kind.peer(), nodeId);
      }
    }

    private void beat() {
      if (!own.isOpen()) {
        return;
      }
      silentBeats = heard ? 0 : silentBeats + 1;
      heard = false;
      if (silentBeats >= BEATS_TO_END) {
        own.fail(SILENT);
        return;
      }
      if (silentBeats >= BEATS_TO_PROBE) {
        own.probe();
      }
      beatLater();
    }
  }
}
