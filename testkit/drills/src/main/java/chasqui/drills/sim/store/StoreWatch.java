package chasqui.drills.sim.store;

/// Sees what a store does, from outside the simulation.
public interface StoreWatch {

  /// A store was opened; its tables change from here on as its writes become durable.
  void opened(StoreTables tables);

  /// Something is about to be written.
  void writing(StoreWrite write);
}
