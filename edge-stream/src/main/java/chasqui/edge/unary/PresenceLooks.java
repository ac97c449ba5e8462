package chasqui.edge.unary;

import java.util.Optional;
import java.util.function.Consumer;

/// The way to those who know who is online. Thread-safe.
@FunctionalInterface
public interface PresenceLooks {

  /// @param answer called exactly once, on a thread that must not be blocked; empty where it is not known
  void look(String userId, Consumer<Optional<Boolean>> answer);
}
