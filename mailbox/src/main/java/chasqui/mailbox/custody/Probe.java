package chasqui.mailbox.custody;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Asks a node directly whether it is alive. Evidence of death has to be the taker's own.
@FunctionalInterface
public interface Probe {

  /// The incarnation that answers at an address; empty if none does within a second. Any thread; never completes
  /// exceptionally.
  CompletionStage<Optional<String>> probe(String address);
}
