package chasqui.node.ops;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;

/// Whether the node can do its job now: all of its checks hold. Thread-safe; checks are quick and never block.
public final class Readiness {

  private final ConcurrentMap<String, BooleanSupplier> checks = new ConcurrentSkipListMap<>();

  /// Adds a check, such as `store`.
  public void add(String name, BooleanSupplier check) {
    checks.put(name, check);
  }

  /// Each check's answer now, by name. Without any check nothing is ready.
  public Map<String, Boolean> now() {
    Map<String, Boolean> answers = new LinkedHashMap<>();
    checks.forEach((name, check) -> answers.put(name, check.getAsBoolean()));
    return answers;
  }

  public boolean ready() {
    Map<String, Boolean> answers = now();
    return !answers.isEmpty() && !answers.containsValue(false);
  }
}
