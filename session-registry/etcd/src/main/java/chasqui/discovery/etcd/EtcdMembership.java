package chasqui.discovery.etcd;

import chasqui.discovery.Membership;
import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.ViewBoard;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who is there, by node records in etcd. While etcd is slow or gone the last known view holds; a node whose record goes
/// missing stays in view until it fails to answer, too ([Believed]).
///
/// Nothing is in view before etcd was read once. From then on this node's own record is in view as it was announced,
/// whatever etcd has.
public final class EtcdMembership implements Membership {

  private static final Logger LOG = LoggerFactory.getLogger(EtcdMembership.class);
  private static final Duration ASK_EVERY = Duration.ofSeconds(1);
  static final Duration LEAVE_LIMIT = Duration.ofSeconds(2);
  // How many of the suspected are asked at a time: all of a big cluster may be, when etcd was emptied.
  private static final int ASKED_MAX = 64;

  private final Etcd etcd;
  private final Evidence evidence;
  private final MembershipThread thread = new MembershipThread();
  private final ViewBoard board = new ViewBoard();
  private final CountDownLatch known = new CountDownLatch(1);
  private final Believed believed = new Believed();
  private final Registration own;
  private final NodeWatch watch;
  private final Set<NodeRecord> beingAsked = new HashSet<>();
  private boolean asking;
  private volatile String ownId = "";

  /// @param evidence how a node whose record is missing is asked whether it is alive
  public EtcdMembership(EtcdConfig config, Evidence evidence) {
    this.evidence = evidence;
    etcd = new Etcd(config);
    own = new Registration(etcd, thread, config.leaseTtl());
    watch = new NodeWatch(etcd, thread, new FromEtcd());
    thread.run(watch::read);
  }

  /// Waits until etcd was read for the first time; false if it was not within the limit. Later outages do not count.
  public boolean awaitKnown(Duration limit) throws InterruptedException {
    return known.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Whether etcd could be read when it was tried last, at most a few seconds ago.
  public boolean isReachable() {
    return watch.isReachable();
  }

  @Override
  public MembershipView view() {
    return board.view();
  }

  /// As [Membership] says, without waiting: it is written as soon as etcd can be reached, and kept there from then on.
  @Override
  public void announce(NodeRecord node) {
    synchronized (this) {
      if (!ownId.isEmpty() && !ownId.equals(node.nodeId())) {
        throw new IllegalArgumentException("a membership in etcd speaks for one node, " + ownId + ", not for " + node.nodeId());
      }
      ownId = node.nodeId();
    }
    thread.run(() -> {
      believed.forget(node.nodeId());
      own.announce(node);
      redraw();
    });
  }

  /// Takes this node out, and waits until etcd has done so, 2 s at most; then its lease ends by itself. Not from a
  /// listener.
  @Override
  public void withdraw(String nodeId) {
    if (!nodeId.equals(ownId)) {
      throw new IllegalArgumentException("a node takes only itself out, " + ownId + ", not " + nodeId);
    }
    leave();
  }

  @Override
  public Subscription subscribe(Consumer<MembershipView> listener) {
    return board.subscribe(listener);
  }

  /// Takes this node out, as {@link #withdraw}, and ends.
  @Override
  public void close() {
    board.close();
    thread.run(watch::close);
    leave();
    thread.close();
    etcd.close();
  }

  private void leave() {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    thread.run(() -> {
      own.shown().ifPresent(node -> believed.forget(node.nodeId()));
      own.withdraw().whenComplete((_, _) -> gone.complete(null));
      redraw();
    });
    try {
      gone.get(LEAVE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException late) {
      LOG.warn("etcd did not take the node out in time; its lease will");
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private void redraw() {
    if (known.getCount() > 0) {
      return;
    }
    Optional<NodeRecord> self = own.shown();
    List<NodeRecord> nodes = Stream.concat(
            believed.nodes().stream().filter(node -> self.isEmpty() || !node.nodeId().equals(self.get().nodeId())),
            self.stream())
        .sorted(Comparator.comparing(NodeRecord::nodeId))
        .toList();
    if (!nodes.equals(board.view().nodes())) {
      board.change(_ -> nodes);
    }
    ask();
  }

  private void ask() {
    if (asking || believed.suspected().isEmpty()) {
      return;
    }
    asking = true;
    for (NodeRecord node : believed.suspected()) {
      if (beingAsked.size() < ASKED_MAX && beingAsked.add(node)) {
        evidence.of(node).whenComplete((alive, _) -> thread.run(() -> asked(node, Boolean.TRUE.equals(alive))));
      }
    }
    thread.after(ASK_EVERY, () -> {
      asking = false;
      ask();
    });
  }

  private void asked(NodeRecord node, boolean alive) {
    beingAsked.remove(node);
    believed.asked(node, alive);
    redraw();
  }

  private final class FromEtcd implements NodeWatch.Listener {
    @Override
    public boolean all(List<Stored> records) {
      boolean untold = believed.registered(
          records.stream().map(Stored::record).filter(record -> !own.isOwn(record.nodeId())).toList());
      if (own.shown().isPresent()) {
        own.seen(records.stream().filter(stored -> own.isOwn(stored.record().nodeId())).findFirst());
      }
      known.countDown();
      redraw();
      return untold;
    }

    @Override
    public void written(Stored stored) {
      if (own.isOwn(stored.record().nodeId())) {
        own.seen(Optional.of(stored));
      } else {
        believed.registered(stored.record());
      }
      redraw();
    }

    @Override
    public void deleted(String nodeId) {
      if (own.isOwn(nodeId)) {
        own.seen(Optional.empty());
      } else {
        believed.unregistered(nodeId);
      }
      redraw();
    }
  }
}
