package chasqui.mailbox.custody;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Asks a node directly whether it is alive. Evidence of death has to be the taker's own.
@FunctionalInterface
public interface Probe {

  /// The incarnation that answers at an address; empty if none does within a second. Completes exceptionally where it could
  /// not be asked for a reason of ours: then nothing is known. Any thread; never throws.
  CompletionStage<Optional<String>> probe(String address);
}
