package chasqui.client.store;

import chasqui.client.session.DurableState;
import chasqui.client.session.StoreRecord;

/// The durable state of one client.
public interface ClientStore extends AutoCloseable {

  /// Who waits for records to be durable. Called on a thread of the store, or within [#append].
  interface Watcher {

    /// Everything up to this number is durable.
    void durable(long number);

    /// Nothing more can be stored. Called once, and last.
    void failed(String message);
  }

  /// What was stored when this was opened.
  DurableState restored();

  /// Appends a record; never blocks.
  ///
  /// @param number rises by one with every call
  /// @param sync whether the record is to be durable soon; otherwise it may wait for the next one that is
  void append(long number, StoreRecord record, boolean sync, Watcher watcher);

  /// Makes everything durable and lets go of the folder.
  @Override
  void close();
}
