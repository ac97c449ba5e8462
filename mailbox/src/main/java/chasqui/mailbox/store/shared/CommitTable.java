package chasqui.mailbox.store.shared;

import chasqui.store.v1.ConversationCommit;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// What follows from commits: log, conversation, memberships, counters, ids, marks.
public interface CommitTable {

  /// Writes all that the commits change. Each write is ordered by the stamps in its commit, not by when it comes: applied
  /// twice, late or in any order, the newest stamp's values stand. What a newer one of these commits overwrites need not be
  /// written. Completes once a quorum has every one of the writes; where it fails, any of them may be there.
  ///
  /// @param commits of one conversation, at least one
  CompletionStage<Void> apply(List<ConversationCommit> commits);

  /// The same for one.
  default CompletionStage<Void> apply(ConversationCommit commit) {
    return apply(List.of(commit));
  }
}
