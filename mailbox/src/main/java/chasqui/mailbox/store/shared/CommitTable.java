package chasqui.mailbox.store.shared;

import chasqui.store.v1.ConversationCommit;
import java.util.concurrent.CompletionStage;

/// What follows from commits: log, conversation, memberships, counters, ids, marks.
public interface CommitTable {

  /// Writes all that the commit changes. Each write is ordered by the stamps in the commit, not by when it comes: applied
  /// twice, late or in any order, the newest stamp's values stand. Completes once a quorum has every one of the writes.
  CompletionStage<Void> apply(ConversationCommit commit);
}
