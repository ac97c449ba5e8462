package chasqui.link;

import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/// The requests of one link that wait for their answers, by request id. Thread-safe.
///
/// Each request is completed exactly once: by its answer, by its deadline, or by the end of the link.
///
/// @param <R> an answer
public final class RequestTable<R> {

  private record Waiting<R>(long deadlineNanos, Consumer<R> callback) {}

  private final ConcurrentHashMap<Long, Waiting<R>> waiting = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicLong lastId = new AtomicLong();
  private final int sizeMax;

  /// @param sizeMax requests that may wait at a time; beyond, {@link #add} answers 0
  public RequestTable(int sizeMax) {
    this.sizeMax = sizeMax;
  }

  /// Enters a request; returns its id, or 0 when the table is full.
  public long add(long deadlineNanos, Consumer<R> callback) {
    if (size.incrementAndGet() > sizeMax) {
      size.decrementAndGet();
      return 0;
    }
    long id = lastId.incrementAndGet();
    waiting.put(id, new Waiting<>(deadlineNanos, callback));
    return id;
  }

  /// Hands the answer to whoever waits for it; false if nobody does any more.
  public boolean complete(long id, R answer) {
    Waiting<R> request = waiting.remove(id);
    if (request == null) {
      return false;
    }
    size.decrementAndGet();
    request.callback().accept(answer);
    return true;
  }

  /// Takes a request out without calling who waits; false if it was completed already.
  public boolean cancel(long id) {
    if (waiting.remove(id) == null) {
      return false;
    }
    size.decrementAndGet();
    return true;
  }

  /// Completes every request whose deadline has passed with what `answer` makes of its id.
  public void expire(long nowNanos, LongFunction<R> answer) {
    for (var entry : waiting.entrySet()) {
      if (nowNanos - entry.getValue().deadlineNanos() >= 0) {
        complete(entry.getKey(), answer.apply(entry.getKey()));
      }
    }
  }

  /// Completes every request: the link is no more.
  public void failAll(LongFunction<R> answer) {
    for (Iterator<Long> ids = waiting.keySet().iterator(); ids.hasNext(); ) {
      long id = ids.next();
      complete(id, answer.apply(id));
    }
  }

  /// How many requests wait; never above `sizeMax`.
  public int depth() {
    return size.get();
  }

  public int sizeMax() {
    return sizeMax;
  }
}
