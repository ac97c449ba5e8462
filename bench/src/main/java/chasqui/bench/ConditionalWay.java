package chasqui.bench;

import chasqui.mailbox.store.shared.JournalTable.JournalId;
import chasqui.mailbox.store.shared.SharedTables;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.JournalBatch;
import chasqui.store.v1.JournalRow;
import com.google.protobuf.ByteString;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// One conditional insert for each message, each sender in a partition of its own, so that none meets another; then its
/// rows, as the journal has them written.
final class ConditionalWay implements StoreWay {
  private static final ByteString NONCE = ByteString.copyFrom(new byte[16]);

  private final String incarnation;
  private final SharedTables tables;
  private final long[] next;
  private final AtomicInteger owed = new AtomicInteger();
  private final AtomicLong inserts = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();

  ConditionalWay(String incarnation, SharedTables tables, int senders) {
    this.incarnation = incarnation;
    this.tables = tables;
    this.next = new long[senders];
  }

  @Override
  public String name() {
    return "conditional";
  }

  @Override
  public CompletionStage<Void> send(int sender, ConversationCommit commit) {
    long number = ++next[sender];
    JournalBatch batch = JournalBatch.newBuilder().setBatchNumber(number).addCommits(commit).build();
    JournalRow row = JournalRow.newBuilder().setNonce(NONCE).setWrittenMicros(number).setBatch(batch).build();
    JournalId journal = new JournalId(incarnation, sender);
    inserts.incrementAndGet();
    return Again.untilDone(() -> tables.journal().insert(journal, number, row), failures).thenAccept(taken -> {
      owed.incrementAndGet();
      Again.untilDone(() -> tables.commits().apply(commit), failures)
          .whenComplete((done, failure) -> owed.decrementAndGet());
    });
  }

  @Override
  public boolean owesRows() {
    return owed.get() > 0;
  }

  @Override
  public long inserts() {
    return inserts.get();
  }

  @Override
  public long failures() {
    return failures.get();
  }

  @Override
  public void close() {}
}
