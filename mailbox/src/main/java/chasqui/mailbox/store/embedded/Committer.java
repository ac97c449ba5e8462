package chasqui.mailbox.store.embedded;

import chasqui.discovery.CrashPoint;
import chasqui.discovery.CrashPoints;
import chasqui.mailbox.store.CommitOutcome;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreException.Reason;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one writer. Takes all that waits, writes it as one batch with one sync, and only then tells those who wait, in
/// the order in which they came. While it syncs, the next group gathers: the slower the disk, the larger the groups.
final class Committer implements Runnable, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Committer.class);
  /// How often an idle committer looks whether there is room again.
  private static final long IDLE_MS = 250;

  private final PendingWrites pending;
  private final DatabaseAccess access;
  private final SpaceGuard space;
  private final Reopening reopening;
  private final Health health;
  private final StoreMetrics metrics;
  private final CrashPoints points;
  private final Group group = new Group();

  Committer(
      PendingWrites pending,
      DatabaseAccess access,
      SpaceGuard space,
      Reopening reopening,
      Health health,
      StoreMetrics metrics,
      CrashPoints points) {
    this.pending = pending;
    this.access = access;
    this.space = space;
    this.reopening = reopening;
    this.health = health;
    this.metrics = metrics;
    this.points = points;
  }

  @Override
  public void run() {
    try {
      for (List<WriteRequest> requests = pending.take(IDLE_MS); requests != null; requests = pending.take(IDLE_MS)) {
        step(requests);
      }
    } catch (InterruptedException e) {
      health.fatal("the committer was interrupted", e);
    }
  }

  private void step(List<WriteRequest> requests) {
    try {
      if (health.hasFailed()) {
        answer(requests, new CommitOutcome.Unknown(health.failure()));
      } else if (!reopening.settled() || !space.hasRoom()) {
        metrics.refused(requests.size());
        answer(requests, new CommitOutcome.StoreFull(space.lack()));
      } else if (!requests.isEmpty()) {
        write(requests);
      }
    } catch (Throwable e) {
      health.fatal("the committer failed", e);
      answer(requests, new CommitOutcome.Unknown(health.failure()));
    }
  }

  private void write(List<WriteRequest> requests) {
    List<WriteRequest> taken = new ArrayList<>(requests);
    List<WriteRequest> rejected = new ArrayList<>();
    CommitOutcome outcome;
    try {
      outcome = access.use(database -> writeGroup(database, taken, rejected));
    } catch (StoreException e) {
      if (e.reason() == Reason.FULL) {
        health.outOfRoom(e.getMessage());
      }
      outcome = new CommitOutcome.Unknown(e.getMessage());
    }
    answer(taken, health.hasFailed() ? new CommitOutcome.Unknown(health.failure()) : outcome);
    answer(rejected, new CommitOutcome.Unknown("it cannot be encoded, so nothing of it was written"));
  }

  private CommitOutcome writeGroup(Database database, List<WriteRequest> requests, List<WriteRequest> rejected)
      throws RocksDBException {
    boolean commits = requests.getFirst() instanceof WriteRequest.Commit;
    reach(commits, CrashPoint.BEFORE_APPLY);
    encode(database, requests, rejected);
    reach(commits, CrashPoint.BEFORE_HEAD_WRITE);
    long startNs = System.nanoTime();
    database.write(group.batch());
    metrics.written(requests, System.nanoTime() - startNs);
    reach(commits, CrashPoint.AFTER_HEAD_WRITE);
    reach(commits, CrashPoint.AFTER_APPLY);
    return new CommitOutcome.Committed();
  }

  /// Log, heads and index are one write here, so these points lie close together around it.
  private void reach(boolean commits, CrashPoint point) {
    if (commits) {
      points.reach(point);
    }
  }

  /// Moves what cannot be encoded to `rejected`.
  private void encode(Database database, List<WriteRequest> requests, List<WriteRequest> rejected) {
    group.start(database);
    requests.removeIf(
        request -> {
          try {
            group.add(request.change());
            return false;
          } catch (RuntimeException e) {
            log.error("a write cannot be encoded; the others of its group go on", e);
            return rejected.add(request);
          }
        });
  }

  private void answer(List<WriteRequest> requests, CommitOutcome outcome) {
    for (WriteRequest request : requests) {
      pending.landed(request);
      request.complete(outcome);
    }
  }

  /// Called when the thread has ended.
  @Override
  public void close() {
    group.close();
  }
}
