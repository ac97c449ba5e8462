package chasqui.mailbox.store.embedded;

import chasqui.log.fold.Changes;
import chasqui.log.v1.Entry;
import chasqui.mailbox.store.CommitOutcome;
import chasqui.mailbox.store.Journal;
import chasqui.mailbox.store.UserStore.Span;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.CounterRow;
import chasqui.store.v1.IdRow;
import chasqui.store.v1.JournalBatch;
import chasqui.store.v1.MarkRows;
import chasqui.store.v1.MembershipRow;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Turns a journal batch into the rows that follow from it. There is no journal row: the rows themselves are written
/// as one, so nothing is ever left to apply.
final class EmbeddedJournal implements Journal {
  private final PendingWrites pending;

  EmbeddedJournal(PendingWrites pending) {
    this.pending = pending;
  }

  @Override
  public CompletionStage<CommitOutcome> commit(int stripe, JournalBatch batch) {
    CompletableFuture<CommitOutcome> outcome = new CompletableFuture<>();
    int entries = batch.getCommitsList().stream().mapToInt(ConversationCommit::getEntriesCount).sum();
    WriteRequest.Commit commit = new WriteRequest.Commit(stripe, entries, group -> addTo(group, batch), outcome);
    if (pending.offer(commit) == PendingWrites.Offered.CLOSED) {
      outcome.complete(new CommitOutcome.Unknown("the store is closed"));
    }
    return outcome;
  }

  @Override
  public int unapplied() {
    return 0;
  }

  private static void addTo(Group group, JournalBatch batch) {
    Key key = new Key();
    for (ConversationCommit commit : batch.getCommitsList()) {
      String conversationId = commit.getConversationId();
      group.put(Column.CONVERSATION, key.conversation(conversationId), commit.getRow());
      for (Entry entry : commit.getEntriesList()) {
        group.put(Column.LOG, key.log(conversationId, entry.getSeq()), entry);
        if (Changes.isChange(entry)) {
          Key change = key.change(conversationId, Changes.targetOf(entry), entry.getSeq());
          group.put(Column.CHANGE, change, Changes.summary(entry));
        }
      }
      // After the entries: one of this commit may lose its content in it.
      for (Entry emptied : commit.getEmptiedList()) {
        group.put(Column.LOG, key.log(conversationId, emptied.getSeq()), emptied);
      }
      addMemberships(group, key, commit);
      addIdempotency(group, key, commit);
      for (MarkRows marks : commit.getMarksList()) {
        addMarks(group, key, marks, conversationId);
      }
    }
  }

  private static void addMarks(Group group, Key key, MarkRows marks, String conversationId) {
    int period = Span.periodOf(marks.getDay()).number();
    for (String userId : marks.getUserIdsList()) {
      group.putEmpty(Column.MARK, key.mark(marks.getDay(), userId, conversationId));
      if (marks.getLasting()) {
        group.putEmpty(Column.LASTING_MARK, key.lastingMark(userId, period, conversationId));
      }
    }
  }

  private static void addIdempotency(Group group, Key key, ConversationCommit commit) {
    String conversationId = commit.getConversationId();
    for (CounterRow row : commit.getCountersList()) {
      group.put(Column.COUNTER, key.counter(conversationId, row.getUserId(), row.getDeviceId()), row.getCounter());
    }
    for (IdRow row : commit.getIdsList()) {
      byte[] id = row.getClientMessageId().toByteArray();
      group.put(
          Column.ID, key.id(conversationId, row.getUserId(), row.getDeviceId(), row.getCounted(), id), row.getSeq());
    }
  }

  /// A membership that begins with an entry of this commit is new, and is listed for its user under that entry's stamp.
  private static void addMemberships(Group group, Key key, ConversationCommit commit) {
    String conversationId = commit.getConversationId();
    for (MembershipRow row : commit.getMembershipsList()) {
      long joinSeq = row.getJoinSeq();
      group.put(Column.MEMBERSHIP, key.membership(conversationId, row.getUserId(), joinSeq), row);
      if (commit.getEntriesCount() > 0 && joinSeq >= commit.getEntries(0).getSeq()) {
        Entry join = commit.getEntries((int) (joinSeq - commit.getEntries(0).getSeq()));
        group.put(Column.JOINED, key.joined(row.getUserId(), join.getStampMicros(), conversationId), joinSeq);
      }
    }
  }
}
