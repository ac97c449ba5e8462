package chasqui.bench;

import chasqui.mailbox.store.shared.CommitTable;
import chasqui.store.v1.ConversationCommit;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/// Plain writes in no order: what a store gives that promises nothing about order or doubles.
final class PlainWay implements StoreWay {
  private final CommitTable commits;
  private final AtomicLong failures = new AtomicLong();

  PlainWay(CommitTable commits) {
    this.commits = commits;
  }

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public CompletionStage<Void> send(int sender, ConversationCommit commit) {
    return Again.untilDone(() -> commits.apply(commit), failures);
  }

  @Override
  public boolean owesRows() {
    return false;
  }

  @Override
  public long inserts() {
    return 0;
  }

  @Override
  public long failures() {
    return failures.get();
  }

  @Override
  public void close() {}
}
