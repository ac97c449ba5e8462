package chasqui.mailbox.store.shared;

import chasqui.mailbox.store.ConversationStore;
import chasqui.mailbox.store.CursorStore;
import chasqui.mailbox.store.WatermarkStore;
import chasqui.store.v1.DataSetRow;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;

/// All rows of one data set, shared by the mailbox nodes of a cluster.
///
/// Reads see every write that was acknowledged before they began, by whichever node. They do not wait for what a journal
/// holds and nobody has applied yet: that is the business of whoever commits.
public interface SharedTables extends AutoCloseable {

  /// How far a mailbox's clock may be ahead of the store's. Stamps are timestamps: too far ahead they are refused, or stand
  /// against all that is written until then.
  Duration AHEAD_MAX = Duration.ofDays(1);

  /// What the data set says of itself; fixed at its creation.
  DataSetRow dataSet();

  JournalTable journal();

  IncarnationTable incarnations();

  CustodyTable custody();

  CommitTable commits();

  ConversationStore conversations();

  CursorStore cursors();

  WatermarkStore watermarks();

  FencedUserStore users();

  /// What the store's clock says now.
  CompletionStage<Instant> time();

  /// Finishes what is under way, then releases what it holds.
  @Override
  void close();
}
