package chasqui.mailbox.custody;

import chasqui.discovery.CrashPoint;
import chasqui.discovery.CrashPoints;
import chasqui.mailbox.memory.MemoryShared;
import chasqui.mailbox.memory.MemorySharedTables;
import chasqui.mailbox.memory.MemoryStore;
import chasqui.mailbox.memory.WriteFate;
import chasqui.mailbox.store.Chat;
import chasqui.mailbox.store.CommitOutcome;
import chasqui.mailbox.store.shared.JournalTable.JournalId;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.JournalBatch;
import chasqui.store.v1.JournalRow;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/// A shared store of one incarnation, without stripes, on the test's thread.
final class JournalBench {

  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  static final JournalId JOURNAL = new JournalId("owner", 0);

  final ManualExecutor executor = new ManualExecutor(START);
  Duration storeBehind = Duration.ZERO;
  final MemoryShared rows =
      new MemoryShared(MemoryStore.DATA_SET, () -> executor.instant().minus(storeBehind));
  final HeldWork work = new HeldWork();
  final List<String> fatal = new ArrayList<>();
  final List<CrashPoint> points = new ArrayList<>();
  final CrashPoints crashPoints = points::add;
  final Chat chat = new Chat("c", START);
  WriteFate.Decider fates = WriteFate.Decider.ALL_DONE;
  final SharedParts parts = new SharedParts(
      new MemorySharedTables(rows, work, operation -> fates.fateOf(operation)), executor, executor,
      new SplittableRandom(7), OpenTelemetry.noop().getMeter("test"), crashPoints, (what, cause) -> {
        if (cause != null) {
          throw new AssertionError(what, cause);
        }
        fatal.add(what);
      });
  final SharedStore store = new SharedStore("owner", 2, parts, slot -> 1);

  CompletableFuture<CommitOutcome> commit(ConversationCommit... commits) {
    return store.journal().commit(0, JournalBatch.newBuilder().addAllCommits(List.of(commits)).build())
        .toCompletableFuture();
  }

  /// Another node on the same rows: its own way to them, on the same thread.
  MemorySharedTables another(HeldWork itsWork) {
    return new MemorySharedTables(rows, itsWork, WriteFate.Decider.ALL_DONE);
  }

  void settle() {
    boolean moved;
    do {
      moved = executor.runDue();
      moved |= work.runReady();
    } while (moved);
  }

  void pass(Duration time) {
    for (long left = time.toMillis(); left > 0; left -= 10) {
      executor.pass(10_000_000);
      settle();
    }
  }

  NavigableMap<Long, JournalRow> journal() {
    return rows.journal(JOURNAL);
  }
}
