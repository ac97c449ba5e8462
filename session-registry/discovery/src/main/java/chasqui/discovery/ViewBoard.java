package chasqui.discovery;

import chasqui.discovery.Membership.Subscription;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The view that a membership shows, and those who are told of it, as [Membership] promises. Thread-safe.
///
/// Whoever changes the view, or subscribes, tells the listeners; while one thread does, the others leave it to that one.
public final class ViewBoard {

  private static final Logger LOG = LoggerFactory.getLogger(ViewBoard.class);

  private record Notification(List<Consumer<MembershipView>> listeners, MembershipView view) {}

  // Guards everything but `listeners`, and so the order of notifications; no listener is called under it.
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Consumer<MembershipView>> listeners = new CopyOnWriteArrayList<>();
  private final Queue<Notification> undelivered = new ArrayDeque<>();
  private boolean delivering;
  private volatile MembershipView view = new MembershipView(0, List.of());

  public MembershipView view() {
    return view;
  }

  /// As {@link Membership#subscribe}.
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

  /// Makes the next view of the nodes of the last one.
  ///
  /// @param edit called under the lock: short, and calls nobody
  public void change(UnaryOperator<List<NodeRecord>> edit) {
    lock.lock();
    try {
      view = new MembershipView(view.version() + 1, edit.apply(view.nodes()));
      undelivered.add(new Notification(List.copyOf(listeners), view));
    } finally {
      lock.unlock();
    }
    deliver();
  }

  /// Tells nobody any more.
  public void close() {
    listeners.clear();
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
