package chasqui.link;

import chasqui.discovery.Membership;
import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Role;
import com.google.protobuf.MessageLite;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// One kept link to each node of a role, following the membership: opened when a node is ready, opened again when it
/// breaks, ended when the node is gone or is another incarnation.
///
/// A link to a draining node stays until the node is gone, so that answers under way still come. Thread-safe.
///
/// @param <I> what is sent
/// @param <F> a frame of it
/// @param <R> a frame of the peers
public final class NodeLinks<I extends MessageLite, F, R> implements AutoCloseable {

  private final Membership membership;
  private final Role role;
  private final LinkRuntime runtime;
  private final LinkLimits limits;
  private final LinkKind<I, F, R> kind;
  private final Function<NodeRecord, LinkOpener<I, F, R>> openers;
  // Guards changes of `kept`; readers see a copy that never changes.
  private final Object lock = new Object();
  private volatile Map<String, Kept> kept = Map.of();
  private Membership.Subscription subscription;
  private boolean closed;

  /// @param openers whose link to a node it is
  public NodeLinks(
      Membership membership, Role role, LinkRuntime runtime, LinkLimits limits, LinkKind<I, F, R> kind,
      Function<NodeRecord, LinkOpener<I, F, R>> openers) {
    this.membership = membership;
    this.role = role;
    this.runtime = runtime;
    this.limits = limits;
    this.kind = kind;
    this.openers = openers;
  }

  /// Opens links to all ready nodes of the role, now and whenever one comes.
  public void start() {
    subscription = membership.subscribe(this::follow);
  }

  /// The open link to exactly this incarnation of a node, if there is one.
  public Optional<Link<I, F>> to(NodeRecord node) {
    Kept entry = kept.get(node.nodeId());
    return entry == null || !entry.node.incarnation().equals(node.incarnation())
        ? Optional.empty()
        : entry.link.current().filter(Link::isOpen);
  }

  /// How many nodes are reachable now: a link to them is open, and they have answered on it.
  public int reached() {
    return (int) kept.values().stream().filter(entry -> entry.link.isAnswered()).count();
  }

  /// Writes what is queued on any of the links.
  public void flush() {
    kept.values().forEach(entry -> entry.link.flush());
  }

  /// Items waiting on all links together.
  public int depth() {
    return kept.values().stream().mapToInt(entry -> entry.link.depth()).sum();
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
    begun.forEach(entry -> entry.link.start());
  }

  /// The link to one incarnation of a node, and the channel it goes over.
  private final class Kept {
    private final NodeRecord node;
    private final ManagedChannel channel;
    private final KeptLink<I, F, R> link;

    Kept(NodeRecord node) {
      this.node = node;
      this.channel = runtime.channels().open(node);
      this.link = new KeptLink<>(
          kind, node.nodeId(), channel, limits, runtime.scheduler(), runtime.random(), openers.apply(node));
    }

    void end() {
      link.fail(Status.UNAVAILABLE.withDescription("the node is gone"));
      channel.shutdown();
    }
  }
}
