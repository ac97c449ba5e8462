package chasqui.registry;

import chasqui.registry.v1.RevocationStored;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;

/// The sign-outs of late, for edges whose link was away when they were told. Guarded by the directory's lock.
final class Revocations {

  private record Remembered(RevocationStored revocation, long untilNanos) {}

  private final int max;
  private final long memoryNanos;
  private final Deque<Remembered> remembered = new ArrayDeque<>();

  Revocations(RegistryConfig config) {
    this.max = config.bounds().revocationsMax();
    this.memoryNanos = config.times().revocationMemory().toNanos();
  }

  void add(RevocationStored revocation, long nowNanos) {
    if (remembered.size() == max) {
      remembered.removeFirst();
    }
    remembered.addLast(new Remembered(revocation, nowNanos + memoryNanos));
  }

  void expire(long nowNanos) {
    while (!remembered.isEmpty() && nowNanos - remembered.getFirst().untilNanos() >= 0) {
      remembered.removeFirst();
    }
  }

  Collection<RevocationStored> all() {
    return remembered.stream().map(Remembered::revocation).toList();
  }

  int size() {
    return remembered.size();
  }
}
