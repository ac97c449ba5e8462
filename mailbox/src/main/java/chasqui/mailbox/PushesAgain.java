package chasqui.mailbox;

import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.Push;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// Brings to some router what the one that it was for can bring to nobody: heads of conversations that were taken over,
/// since whoever pushed them first may have died before they arrived, and pushes whose router was gone when they were
/// committed. Kept until a router is attached. Thread-safe.
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
  private final ArrayDeque<MailboxEvent> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean missing;
  // A port that ends while it is given something hands that back.
  private boolean giving;

  /// A router is there.
  public void attached(MailboxPort port) {
    List<MailboxPort> given;
    lock.lock();
    try {
      ports.add(port);
      given = give();
    } finally {
      lock.unlock();
    }
    given.forEach(MailboxPort::flush);
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

  /// Brings an event that found its port closed to another router, if sessions miss it: a push, or that marks are stored.
  public void undelivered(MailboxEvent event) {
    if (event.hasPush() || event.hasMarksStored()) {
      take(List.of(event), true);
    }
  }

  /// Brings them to one router, now or once there is one.
  ///
  /// @param whole false if there are more, which nobody can name
  public void push(List<Push> pushes, boolean whole) {
    take(pushes.stream().map(push -> MailboxEvent.newBuilder().setPush(push).build()).toList(), whole);
  }

  private void take(List<MailboxEvent> events, boolean whole) {
    List<MailboxPort> given;
    lock.lock();
    try {
      missing |= !whole;
      for (MailboxEvent event : events) {
        waiting.addLast(event);
        waitingBytes += event.getSerializedSize();
      }
      if (waiting.size() > PUSHES_MAX || waitingBytes > BYTES_MAX) {
        missing = true;
      }
      if (missing) {
        waiting.clear();
        waitingBytes = 0;
      }
      given = give();
    } finally {
      lock.unlock();
    }
    given.forEach(MailboxPort::flush);
  }

  /// Under the lock; whom to flush after it.
  private List<MailboxPort> give() {
    List<MailboxPort> open = ports.stream().filter(MailboxPort::isOpen).toList();
    if (giving || open.isEmpty() || !missing && waiting.isEmpty()) {
      return List.of();
    }
    giving = true;
    if (missing) {
      missing = false;
      open.forEach(MailboxPort::missed);
    }
    open.forEach(this::giveTo);
    giving = false;
    return open;
  }

  private void giveTo(MailboxPort port) {
    while (port.isOpen() && !waiting.isEmpty()) {
      MailboxEvent event = waiting.pollFirst();
      waitingBytes -= event.getSerializedSize();
      port.emit(event);
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
