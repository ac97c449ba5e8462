package chasqui.bench;

import chasqui.store.v1.ConversationCommit;
import java.util.concurrent.CompletionStage;

/// A way of making a message durable and of writing what follows from it: its log row and its conversation's row. All ways
/// write these two rows by the same statements, and acknowledge what a quorum has synced.
interface StoreWay extends AutoCloseable {

  String name();

  /// Makes one message durable. The sender has no other under way.
  ///
  /// @param sender its number
  CompletionStage<Void> send(int sender, ConversationCommit commit);

  /// True while rows are still to be written of what was acknowledged.
  boolean owesRows();

  /// How many conditional inserts were made.
  long inserts();

  /// How many times something had to be tried again, or failed.
  long failures();

  @Override
  void close();
}
