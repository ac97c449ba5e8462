package chasqui.node.mesh;

import chasqui.discovery.Membership;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How a node leaves in good order: it says so, its clients move, then the other nodes do; what is under way is finished
/// before anything ends. A role that nobody else has is not waited for, as nobody could move, but for what has to be left in
/// order for whoever comes later.
final class Drain {

  /// What a role has to see through before it may end.
  private record Duty(Role role, boolean alsoAlone, Supplier<CompletableFuture<Void>> work) {}

  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);
  // What the roles behind the edges get at least, however long the clients took.
  private static final Duration ROLES_MIN = Duration.ofSeconds(4);

  // How long what clients said last may take to pass this node's router.
  private static final Duration QUIET_MAX = Duration.ofSeconds(3);

  private final Standing standing;
  private final Membership membership;
  private final ScheduledExecutorService timers;
  private final Duration deadline;
  private final List<Duty> duties = new ArrayList<>();

  Drain(Standing standing, MeshParts parts, Duration deadline) {
    this.standing = standing;
    this.membership = parts.membership();
    this.timers = parts.timers();
    this.deadline = deadline;
  }

  /// How long all of it may take at most.
  static Duration max(Duration deadline) {
    return deadline.plus(deadline).plus(ROLES_MIN);
  }

  /// A role may end once the condition holds, which is quick and never blocks.
  void until(Role role, BooleanSupplier condition) {
    duties.add(new Duty(role, false, () -> eventually(condition)));
  }

  /// A role may end once this work is done, whether others have it or not.
  void by(Role role, Supplier<CompletableFuture<Void>> work) {
    duties.add(new Duty(role, true, work));
  }

  /// Runs it; returns when everything is seen through, or the time is up.
  void run(List<EdgeRole> edges) throws InterruptedException {
    long beginNanos = System.nanoTime();
    standing.draining();
    await("clients", edges.stream().map(edge -> edge.drain(deadline)).toList(), deadline.plus(deadline));
    Duration left = max(deadline).minusNanos(System.nanoTime() - beginNanos);
    List<CompletableFuture<Void>> works = duties.stream()
        .filter(duty -> duty.alsoAlone() || othersHave(duty.role())).map(this::begun).toList();
    await("other nodes", works, left.compareTo(ROLES_MIN) < 0 ? ROLES_MIN : left);
  }

  private CompletableFuture<Void> begun(Duty duty) {
    if (othersHave(duty.role())) {
      return duty.work().get();
    }
    // Nobody takes what comes from now on: what clients acked last has come before.
    List<CompletableFuture<Void>> passed = duties.stream().filter(other -> other.role() == Role.ROUTER)
        .map(other -> other.work().get()).toList();
    return CompletableFuture.allOf(passed.toArray(CompletableFuture[]::new))
        .completeOnTimeout(null, QUIET_MAX.toMillis(), TimeUnit.MILLISECONDS)
        .thenCompose(_ -> {
          passed.forEach(late -> late.cancel(false));
          return duty.work().get();
        });
  }

  private void await(String who, List<CompletableFuture<Void>> works, Duration limit) throws InterruptedException {
    try {
      CompletableFuture.allOf(works.toArray(CompletableFuture[]::new)).get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      works.forEach(work -> work.cancel(false));
      LOG.atWarn().addKeyValue("of", who).addKeyValue("limit", limit).log("the drain is over and something was left");
    } catch (ExecutionException failed) {
      LOG.atError().setCause(failed.getCause()).addKeyValue("of", who).log("the drain failed");
    }
  }

  private boolean othersHave(Role role) {
    String self = standing.self().nodeId();
    return membership.view().ready(role).stream().map(NodeRecord::nodeId).anyMatch(id -> !id.equals(self));
  }

  private CompletableFuture<Void> eventually(BooleanSupplier condition) {
    CompletableFuture<Void> holds = new CompletableFuture<>();
    ScheduledFuture<?> looks = timers.scheduleWithFixedDelay(() -> {
      if (condition.getAsBoolean()) {
        holds.complete(null);
      }
    }, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    var _ = holds.whenComplete((_, _) -> looks.cancel(false));
    return holds;
  }
}
