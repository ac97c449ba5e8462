package chasqui.edge.server;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// The streams of this node, by session id. Thread-safe; bounded.
final class SessionTable {

  private final ConcurrentHashMap<Long, GrpcStream> streams = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicLong lastId = new AtomicLong();
  private final int sizeMax;

  SessionTable(int sizeMax) {
    this.sizeMax = sizeMax;
  }

  /// Takes a place; false when all are taken. To be given back by {@link #remove}.
  boolean reserve() {
    if (size.incrementAndGet() > sizeMax) {
      size.decrementAndGet();
      return false;
    }
    return true;
  }

  /// A session id of this incarnation; never 0.
  long nextId() {
    return lastId.incrementAndGet();
  }

  void put(long sessionId, GrpcStream stream) {
    streams.put(sessionId, stream);
  }

  /// The stream, or null.
  GrpcStream get(long sessionId) {
    return streams.get(sessionId);
  }

  void remove(long sessionId) {
    if (streams.remove(sessionId) != null) {
      size.decrementAndGet();
    }
  }

  Collection<GrpcStream> all() {
    return streams.values();
  }

  int size() {
    return size.get();
  }

  int sizeMax() {
    return sizeMax;
  }
}
