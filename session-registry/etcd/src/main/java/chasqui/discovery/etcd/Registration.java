package chasqui.discovery.etcd;

import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.options.PutOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps this node's own record in etcd, under one lease that it renews: written again whenever it is missing, under a
/// new lease where the old one was lost. A record of another incarnation that came after ours is left alone: this
/// process was replaced.
///
/// All on the membership's thread.
final class Registration {

  private static final Logger LOG = LoggerFactory.getLogger(Registration.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration RENEW_RETRY = Duration.ofMillis(200);

  private final Etcd etcd;
  private final MembershipThread thread;
  private final Duration ttl;
  // What is to stand there; null before the first announcement and after the withdrawal.
  private NodeRecord wished;
  // What was written under the lease, as far as known.
  private NodeRecord written;
  private boolean everWritten;
  private NodeRecord replacement;
  private long lease;
  private boolean busy;
  private boolean failing;

  Registration(Etcd etcd, MembershipThread thread, Duration ttl) {
    this.etcd = etcd;
    this.thread = thread;
    this.ttl = ttl;
  }

  /// What is to be shown of this node, whatever etcd has; empty where this node says nothing.
  Optional<NodeRecord> shown() {
    return wished == null ? Optional.empty() : Optional.of(replacement == null ? wished : replacement);
  }

  boolean isOwn(String nodeId) {
    return wished != null && wished.nodeId().equals(nodeId);
  }

  void announce(NodeRecord node) {
    wished = node;
    step();
  }

  /// What etcd has under the own key now.
  void seen(Optional<Stored> stored) {
    boolean others = stored.isPresent() && !stored.get().record().isSameLife(wished);
    if (others && everWritten) {
      if (replacement == null) {
        LOG.error("node {} is registered by another process now; this one registers no more", wished.nodeId());
      }
      replacement = stored.get().record();
      return;
    }
    replacement = null;
    if (!busy && (stored.isEmpty() || stored.get().lease() != lease || !stored.get().record().equals(written))) {
      if (written != null) {
        LOG.warn("the record of node {} is missing or stale in etcd; it is written again", wished.nodeId());
      }
      written = null;
      step();
    }
  }

  /// Says that the node leaves and takes its record out. Ends when etcd has done so, or cannot.
  CompletableFuture<Void> withdraw() {
    NodeRecord leaving = wished;
    long last = lease;
    wished = null;
    written = null;
    lease = 0;
    if (leaving == null || last == 0 || replacement != null) {
      return CompletableFuture.completedFuture(null);
    }
    // Who is seen to leave is not asked for afterwards.
    CompletableFuture<?> said = leaving.state() == NodeState.DRAINING
        ? CompletableFuture.completedFuture(null)
        : put(leaving.in(NodeState.DRAINING), last);
    return said.handle((_, _) -> etcd.leases().revoke(last)).thenCompose(revoked -> revoked).handle((_, _) -> null);
  }

  private void step() {
    if (wished == null || busy || replacement != null) {
      return;
    }
    if (lease == 0) {
      run("no lease from etcd", etcd.leases().grant(ttl.toSeconds()), granted -> hold(granted.getID()));
    } else if (!wished.equals(written)) {
      NodeRecord next = wished;
      run("the node's record could not be written", put(next, lease), _ -> {
        LOG.debug("node {} is registered as {}", next.nodeId(), next.state());
        written = next;
        everWritten = true;
      });
    }
  }

  private void hold(long granted) {
    if (wished == null) {
      // Withdrawn while etcd was asked.
      etcd.leases().revoke(granted);
      return;
    }
    lease = granted;
    renewAfter(ttl.dividedBy(3), lease);
  }

  private CompletableFuture<?> put(NodeRecord node, long under) {
    return etcd.kv().put(
        etcd.key(node.nodeId()), ByteSequence.from(NodeCodec.encode(node)), PutOption.builder().withLeaseId(under).build());
  }

  private <T> void run(String trouble, CompletionStage<T> call, Consumer<T> done) {
    busy = true;
    hear(call, (result, failure) -> {
      busy = false;
      if (failure == null) {
        failing = false;
        done.accept(result);
        step();
      } else {
        if (!failing) {
          LOG.warn("{}, trying again: {}", trouble, Etcd.brief(failure));
        }
        failing = true;
        if (Etcd.isNotFound(failure)) {
          lease = 0;
        }
        thread.after(RETRY, this::step);
      }
    });
  }

  private void renewAfter(Duration delay, long renewed) {
    thread.after(delay, () -> {
      if (renewed != lease) {
        return;
      }
      hear(etcd.leases().keepAliveOnce(renewed), (_, failure) -> {
        if (renewed != lease) {
          return;
        }
        if (failure == null) {
          renewAfter(ttl.dividedBy(3), renewed);
        } else if (Etcd.isNotFound(failure)) {
          LOG.warn("the lease of node {} is lost; it takes another", wished.nodeId());
          lease = 0;
          written = null;
          step();
        } else {
          renewAfter(RENEW_RETRY, renewed);
        }
      });
    });
  }

  private <T> void hear(CompletionStage<T> call, BiConsumer<T, Throwable> listener) {
    call.whenComplete((result, failure) -> thread.run(() -> listener.accept(result, failure)));
  }
}
