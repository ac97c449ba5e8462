package chasqui.mailbox.store;

import chasqui.store.v1.DataSetRow;

/// A whole store: one instance for a data set, opened by one process at a time (embedded) or shared (CQL).
public interface MailboxStore extends AutoCloseable {

  /// What the data set says of itself; fixed at its creation.
  DataSetRow dataSet();

  Journal journal();

  ConversationStore conversations();

  CursorStore cursors();

  WatermarkStore watermarks();

  UserStore users();

  /// Finishes what is under way, then releases the data.
  @Override
  void close();
}
