package chasqui.link;

import chasqui.discovery.Membership;
import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Role;
import com.google.protobuf.MessageLite;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One kept link to each node of a role, following the membership: opened when a node is ready, opened again when it
/// breaks, ended when the node is gone or is another incarnation.
///
/// A link to a draining node stays until the node is gone, so that answers under way still come. Thread-safe.
///
/// @param <I> what is sent
/// @param <F> a frame of it
/// @param <R> a frame of the peers
public final class NodeLinks<I extends MessageLite, F, R> implements AutoCloseable {

  /// What is spoken on the links. Callbacks of one link are serial.
  public interface Protocol<I extends MessageLite, F, R> {

    /// The stub's method: `SomeServiceGrpc.newStub(channel).attach(responses)`.
    StreamObserver<F> attach(Channel channel, StreamObserver<R> responses);

    /// A frame of these items.
    F frame(List<I> items);

    /// A link is being opened: says hello on it, and takes what comes. Frames may be offered, and wait until it is open.
    LinkListener<R> opened(NodeRecord node, Link<I, F> link);
  }

  private final Membership membership;
  private final Role role;
  private final LinkRuntime runtime;
  private final LinkLimits limits;
  private final Protocol<I, F, R> protocol;
  // Guards changes of `kept`; readers see a copy that never changes.
  private final Object lock = new Object();
  private volatile Map<String, Kept> kept = Map.of();
  private Membership.Subscription subscription;
  private boolean closed;

  public NodeLinks(
      Membership membership, Role role, LinkRuntime runtime, LinkLimits limits, Protocol<I, F, R> protocol) {
    this.membership = membership;
    this.role = role;
    this.runtime = runtime;
    this.limits = limits;
    this.protocol = protocol;
  }

  /// Opens links to all ready nodes of the role, now and whenever one comes.
  public void start() {
    subscription = membership.subscribe(this::follow);
  }

  /// The open link to exactly this incarnation of a node, if there is one.
  public Optional<Link<I, F>> to(NodeRecord node) {
    Kept entry = kept.get(node.nodeId());
    Link<I, F> link = entry == null || !entry.node.incarnation().equals(node.incarnation()) ? null : entry.link;
    return link != null && link.isOpen() ? Optional.of(link) : Optional.empty();
  }

  /// Writes what is queued on any of the links.
  public void flush() {
    for (Kept entry : kept.values()) {
      Link<I, F> link = entry.link;
      if (link != null) {
        link.flush();
      }
    }
  }

  /// Items waiting on all links together.
  public int depth() {
    return kept.values().stream().mapToInt(entry -> entry.link == null ? 0 : entry.link.depth()).sum();
  }

  @Override
  public void close() {
    List<Kept> ended;
    synchronized (lock) {
      closed = true;
      ended = List.copyOf(kept.values());
      kept = Map.of();
    }
    if (subscription != null) {
      subscription.close();
    }
    ended.forEach(Kept::end);
  }

  private void follow(MembershipView view) {
    List<Kept> ended = new ArrayList<>();
    List<Kept> begun = new ArrayList<>();
    synchronized (lock) {
      if (closed) {
        return;
      }
      Map<String, Kept> next = new LinkedHashMap<>();
      for (NodeRecord node : view.nodes()) {
        Kept known = kept.get(node.nodeId());
        boolean same = known != null && known.node.incarnation().equals(node.incarnation());
        if (!node.roles().contains(role)) {
          continue;
        }
        if (same) {
          next.put(node.nodeId(), known);
        } else if (node.state() == NodeState.READY) {
          Kept entry = new Kept(node);
          next.put(node.nodeId(), entry);
          begun.add(entry);
        }
      }
      kept.values().stream().filter(entry -> !next.containsValue(entry)).forEach(ended::add);
      kept = Collections.unmodifiableMap(next);
    }
    ended.forEach(Kept::end);
    begun.forEach(Kept::begin);
  }

  /// The link to one incarnation of a node.
  private final class Kept {
    private final NodeRecord node;
    private final ManagedChannel channel;
    private final LinkKeeper keeper;
    private volatile Link<I, F> link;

    Kept(NodeRecord node) {
      this.node = node;
      this.channel = runtime.channels().open(node);
      this.keeper = new LinkKeeper(this::open, runtime.scheduler(), runtime.random());
    }

    void begin() {
      keeper.start();
    }

    private void open(LinkKeeper unused) {
      Link.<I, F, R>open(responses -> protocol.attach(channel, responses), protocol::frame, limits, opening -> {
        link = opening;
        return new Listener(protocol.opened(node, opening));
      });
    }

    void end() {
      keeper.close();
      Link<I, F> last = link;
      if (last != null) {
        last.fail(Status.UNAVAILABLE.withDescription("the node is gone"));
      }
      channel.shutdown();
    }

    private final class Listener implements LinkListener<R> {
      private final LinkListener<R> delegate;

      Listener(LinkListener<R> delegate) {
        this.delegate = delegate;
      }

      @Override
      public void onFrame(R frame) {
        keeper.works();
        delegate.onFrame(frame);
      }

      @Override
      public void onBroken(Status why) {
        try {
          delegate.onBroken(why);
        } finally {
          keeper.broken(why);
        }
      }
    }
  }
}
