package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.shared.JournalTable;
import chasqui.mailbox.store.shared.JournalTable.JournalId;
import chasqui.mailbox.store.shared.JournalTable.Placed;
import chasqui.store.v1.JournalRow;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/// Writes one journal as an owner does: a row after the other, an unknown outcome tried again until the place holds it.
/// Blocks its thread.
final class JournalWriter {
  private final JournalTable table;
  private final JournalId journal;
  private final AtomicLong acked = new AtomicLong();
  private long next = 1;

  JournalWriter(JournalTable table, JournalId journal) {
    this.table = table;
    this.journal = journal;
  }

  static JournalRow row(long number) {
    ByteString nonce = ByteString.copyFrom(ByteBuffer.allocate(16).putLong(number).putLong(~number).flip());
    return JournalRow.newBuilder().setNonce(nonce).setWrittenMicros(number).build();
  }

  long acked() {
    return acked.get();
  }

  /// One try for the next row. True if the place is known to hold it.
  boolean tryOne() {
    try {
      boolean taken = join(table.insert(journal, next, row(next)));
      if (!taken && !join(table.read(journal, next)).equals(Optional.of(row(next)))) {
        throw new AssertionError("somebody else is in the journal at " + next);
      }
    } catch (StoreException notKnown) {
      return false;
    }
    acked.set(next++);
    return true;
  }

  /// Row after row, whatever becomes of them.
  void writeUntil(BooleanSupplier end) {
    while (!end.getAsBoolean()) {
      tryOne();
    }
  }

  /// Every acked row is there, with nothing else in between.
  static void assertHolds(JournalTable table, JournalId journal, long upto) {
    List<Placed> all = new ArrayList<>();
    for (long from = 1; from <= upto; ) {
      List<Placed> part = join(table.readPart(journal, from, JournalTable.PLACES_PER_PART));
      if (part.isEmpty()) {
        throw new AssertionError(journal + " has a hole at " + from + ", acked are " + upto);
      }
      all.addAll(part);
      from = part.getLast().number() + 1;
    }
    for (Placed placed : all) {
      if (!placed.row().equals(row(placed.number()))) {
        throw new AssertionError(journal + " holds something else at " + placed.number());
      }
    }
  }

  static <T> T join(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().orTimeout(2, TimeUnit.MINUTES).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StoreException known) {
        throw known;
      }
      throw e;
    }
  }
}
