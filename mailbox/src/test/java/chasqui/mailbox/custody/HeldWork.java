package chasqui.mailbox.custody;

import chasqui.mailbox.memory.StoreScheduler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Lets what a node asks of the store happen when the test says so.
final class HeldWork implements StoreScheduler {

  private record Operation(String name, Runnable work) {}

  private final List<Operation> waiting = new ArrayList<>();
  private final Set<String> held = new HashSet<>();
  private final Map<String, Integer> counts = new HashMap<>();

  @Override
  public void schedule(String operation, Runnable work) {
    counts.merge(operation, 1, Integer::sum);
    waiting.add(new Operation(operation, work));
  }

  /// Operations of this name wait from here on, until released.
  void hold(String name) {
    held.add(name);
  }

  void release(String name) {
    held.remove(name);
  }

  int count(String name) {
    return counts.getOrDefault(name, 0);
  }

  int waiting(String name) {
    return (int) waiting.stream().filter(operation -> operation.name.equals(name)).count();
  }

  int waiting() {
    return waiting.size();
  }

  /// Runs what is not held; true if there was anything.
  boolean runReady() {
    List<Operation> ready = new ArrayList<>();
    waiting.removeIf(operation -> !held.contains(operation.name) && ready.add(operation));
    ready.forEach(operation -> operation.work.run());
    return !ready.isEmpty();
  }

  /// Runs one of this name, though it is held.
  void runOne(String name) {
    for (Operation operation : waiting) {
      if (operation.name.equals(name)) {
        waiting.remove(operation);
        operation.work.run();
        return;
      }
    }
    throw new AssertionError("no " + name + " waits");
  }

  void runAt(int index) {
    waiting.remove(index).work.run();
  }

  /// What the process asked for and was not done is never done.
  void forget() {
    waiting.clear();
  }
}
