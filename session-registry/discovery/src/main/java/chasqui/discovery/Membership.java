package chasqui.discovery;

import java.util.function.Consumer;

/// Who is there. The source is in memory for one process; etcd leases for many.
///
/// Thread-safe. A listener is called by one thread at a time, with views of ascending version, never while a lock is held.
public interface Membership extends AutoCloseable {

  /// The last known view. Stays as it is while the source is out of reach.
  MembershipView view();

  /// Says what this node is; replaces what it said before.
  void announce(NodeRecord node);

  /// Takes a node out.
  void withdraw(String nodeId);

  /// Calls the listener with the view of now, then with every later one, until the returned handle is closed. The first
  /// call comes before this returns, unless another thread, or a listener below this call, is telling a view just then.
  Subscription subscribe(Consumer<MembershipView> listener);

  @Override
  void close();

  /// A handle that ends a subscription.
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
