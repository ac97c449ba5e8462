package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.StoreException.Reason;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;

/// So many requests under way, so many waiting, in the order of coming; a further one is refused. Requests of other kinds
/// have lanes of their own: what follows from commits never stands before the next commit.
final class Lane {
  private final String name;
  private final int underWayMax;
  private final int waitingMax;
  private final LongSupplier nanoTime;
  private final ArrayDeque<Request<?>> waiting = new ArrayDeque<>();
  private int underWay;

  Lane(String name, int underWayMax, int waitingMax, LongSupplier nanoTime) {
    this.name = name;
    this.underWayMax = underWayMax;
    this.waitingMax = waitingMax;
    this.nanoTime = nanoTime;
  }

  /// Sends it, or lets it wait, or refuses it.
  void take(Request<?> request) {
    boolean now;
    boolean room = true;
    synchronized (this) {
      now = underWay < underWayMax;
      if (now) {
        underWay++;
      } else {
        room = waiting.size() < waitingMax;
        if (room) {
          waiting.addLast(request);
        }
      }
    }
    if (now) {
      sendFrom(request);
    } else if (!room) {
      request.refuse(Reason.BUSY, waitingMax + " requests wait in the lane '" + name + "'");
    }
  }

  /// A request has ended.
  void placeIsFree() {
    sendFrom(next());
  }

  private void sendFrom(Request<?> first) {
    Request<?> request = first;
    while (request != null && request.send(nanoTime.getAsLong())) {
      request = next();
    }
  }

  private synchronized Request<?> next() {
    Request<?> next = waiting.pollFirst();
    if (next == null) {
      underWay--;
    }
    return next;
  }

  String name() {
    return name;
  }

  synchronized int depth() {
    return underWay + waiting.size();
  }

  int bound() {
    return underWayMax + waitingMax;
  }
}
