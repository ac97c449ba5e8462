package chasqui.mailbox;

import chasqui.mailbox.memory.StoreScheduler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Lets operations of the store happen when the test says so.
final class HeldStore implements StoreScheduler {

  private record Operation(String name, Runnable work) {}

  private final ArrayDeque<Operation> waiting = new ArrayDeque<>();
  private final Set<String> held = new HashSet<>();
  private final Map<String, Integer> counts = new HashMap<>();

  @Override
  public void schedule(String operation, Runnable work) {
    counts.merge(operation, 1, Integer::sum);
    waiting.addLast(new Operation(operation, work));
  }

  /// Operations of this name wait from here on, until released.
  void hold(String name) {
    held.add(name);
  }

  void release(String name) {
    held.remove(name);
  }

  /// How often the operation was asked for.
  int count(String name) {
    return counts.getOrDefault(name, 0);
  }

  /// Runs what is not held; true if there was anything.
  boolean runReady() {
    List<Operation> ready = new ArrayList<>();
    waiting.removeIf(operation -> !held.contains(operation.name()) && ready.add(operation));
    ready.forEach(operation -> operation.work().run());
    return !ready.isEmpty();
  }

  /// Runs the oldest operation of this name, though it is held.
  void runOne(String name) {
    Operation oldest = waiting.stream().filter(operation -> operation.name().equals(name)).findFirst().orElseThrow();
    waiting.remove(oldest);
    oldest.work().run();
  }

  int waiting() {
    return waiting.size();
  }
}
