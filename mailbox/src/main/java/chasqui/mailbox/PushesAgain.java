package chasqui.mailbox;

import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.Push;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// Brings heads of conversations that were taken over to a router: whoever pushed them first may have died before they
/// arrived. Kept until a router is attached. Thread-safe.
///
/// Where there are too many, every router that is attached, or the first that attaches, is told that pushes are missing:
/// then its sessions compare what they have.
public final class PushesAgain {

  /// Pushes that wait for a router: a third of what a link queues.
  static final int PUSHES_MAX = 20_000;
  /// Their encoded bytes.
  static final long BYTES_MAX = 16L << 20;

  private final ReentrantLock lock = new ReentrantLock();
  // All below under the lock. Ports never block and never throw.
  private final Set<MailboxPort> ports = new LinkedHashSet<>();
  private final ArrayDeque<Push> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean missing;

  /// A router is there.
  public void attached(MailboxPort port) {
    lock.lock();
    try {
      ports.add(port);
      give();
    } finally {
      lock.unlock();
    }
  }

  /// The router's link has ended.
  public void detached(MailboxPort port) {
    lock.lock();
    try {
      ports.remove(port);
    } finally {
      lock.unlock();
    }
  }

  /// Brings them to one router, now or once there is one.
  ///
  /// @param whole false if there are more, which nobody can name
  public void push(List<Push> pushes, boolean whole) {
    lock.lock();
    try {
      missing |= !whole;
      for (Push push : pushes) {
        waiting.addLast(push);
        waitingBytes += push.getSerializedSize();
      }
      if (waiting.size() > PUSHES_MAX || waitingBytes > BYTES_MAX) {
        missing = true;
      }
      if (missing) {
        waiting.clear();
        waitingBytes = 0;
      }
      give();
    } finally {
      lock.unlock();
    }
  }

  private void give() {
    if (ports.isEmpty()) {
      return;
    }
    if (missing) {
      missing = false;
      // A copy: a port that is told so may detach at once.
      List.copyOf(ports).forEach(MailboxPort::missed);
      return;
    }
    MailboxPort port = ports.iterator().next();
    boolean any = !waiting.isEmpty();
    while (!waiting.isEmpty()) {
      port.emit(MailboxEvent.newBuilder().setPush(waiting.pollFirst()).build());
    }
    waitingBytes = 0;
    if (any) {
      port.flush();
    }
  }

  int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }
}
