package chasqui.mailbox.memory;

import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// What the tables in memory are read by.
interface MemoryGround {

  /// Lets the read or write happen when its time has come.
  <T> CompletionStage<T> operate(String operation, Supplier<T> work);

  MemoryTables tables();

  /// Tells which marks have outlived their days.
  InstantSource clock();
}
