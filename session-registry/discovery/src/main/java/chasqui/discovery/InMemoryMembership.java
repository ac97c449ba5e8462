package chasqui.discovery;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The membership of nodes that share one process.
///
/// Whoever changes it, or subscribes, tells the listeners; while one thread does, the others leave it to that one.
public final class InMemoryMembership implements Membership {

  private static final Logger LOG = LoggerFactory.getLogger(InMemoryMembership.class);

  private record Notification(List<Consumer<MembershipView>> listeners, MembershipView view) {}

  // Guards everything but `listeners`, and so the order of notifications; no listener is called under it.
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, NodeRecord> nodes = new LinkedHashMap<>();
  private final List<Consumer<MembershipView>> listeners = new CopyOnWriteArrayList<>();
  private final Queue<Notification> undelivered = new ArrayDeque<>();
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
    lock.lock();
    try {
      listeners.add(listener);
      undelivered.add(new Notification(List.of(listener), view));
    } finally {
      lock.unlock();
    }
    deliver();
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
      undelivered.add(new Notification(List.copyOf(listeners), view));
    } finally {
      lock.unlock();
    }
    deliver();
  }

  private void deliver() {
    boolean first = true;
    while (true) {
      Notification next;
      lock.lock();
      try {
        if (first && delivering) {
          return;
        }
        first = false;
        next = undelivered.poll();
        delivering = next != null;
      } finally {
        lock.unlock();
      }
      if (next == null) {
        return;
      }
      next.listeners().stream().filter(listeners::contains).forEach(listener -> tell(listener, next.view()));
    }
  }

  private static void tell(Consumer<MembershipView> listener, MembershipView view) {
    try {
      listener.accept(view);
    } catch (RuntimeException bug) {
      LOG.error("a listener could not take view {}", view.version(), bug);
    }
  }
}
