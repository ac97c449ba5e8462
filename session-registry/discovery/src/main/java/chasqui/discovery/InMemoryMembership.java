package chasqui.discovery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// The membership of nodes that share one process.
public final class InMemoryMembership implements Membership {

  // Guards `nodes` and the order of notifications; listeners get views in the order of their versions.
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, NodeRecord> nodes = new LinkedHashMap<>();
  private final List<Consumer<MembershipView>> listeners = new CopyOnWriteArrayList<>();
  private final List<MembershipView> undelivered = new ArrayList<>();
  private boolean delivering;
  private volatile MembershipView view = new MembershipView(0, List.of());

  @Override
  public MembershipView view() {
    return view;
  }

  @Override
  public void announce(NodeRecord node) {
    change(() -> nodes.put(node.nodeId(), node));
  }

  @Override
  public void withdraw(String nodeId) {
    change(() -> nodes.remove(nodeId));
  }

  @Override
  public Subscription subscribe(Consumer<MembershipView> listener) {
    listeners.add(listener);
    listener.accept(view);
    return () -> listeners.remove(listener);
  }

  @Override
  public void close() {
    listeners.clear();
  }

  private void change(Runnable edit) {
    lock.lock();
    try {
      edit.run();
      view = new MembershipView(view.version() + 1, List.copyOf(nodes.values()));
      undelivered.add(view);
      if (delivering) {
        return;
      }
      delivering = true;
    } finally {
      lock.unlock();
    }
    deliver();
  }

  private void deliver() {
    while (true) {
      MembershipView next;
      lock.lock();
      try {
        if (undelivered.isEmpty()) {
          delivering = false;
          return;
        }
        next = undelivered.removeFirst();
      } finally {
        lock.unlock();
      }
      listeners.forEach(listener -> listener.accept(next));
    }
  }
}
