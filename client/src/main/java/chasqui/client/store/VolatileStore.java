package chasqui.client.store;

import chasqui.client.session.DurableState;
import chasqui.client.session.StoreRecord;

/// Keeps nothing: for load generators, and for clients that may lose what they have not sent.
public final class VolatileStore implements ClientStore {

  @Override
  public DurableState restored() {
    return DurableState.EMPTY;
  }

  @Override
  public void append(long number, StoreRecord record, boolean sync, Watcher watcher) {
    watcher.durable(number);
  }

  @Override
  public void close() {}
}
