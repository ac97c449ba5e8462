package chasqui.mailbox.store.embedded;

import java.util.function.LongSupplier;

/// Keeps a reserve free on the disk: writes end while there is still room for what they cause later (flushes, compactions).
final class SpaceGuard {
  private final LongSupplier usableBytes;
  private final long reserveBytes;

  SpaceGuard(LongSupplier usableBytes, long reserveBytes) {
    this.usableBytes = usableBytes;
    this.reserveBytes = reserveBytes;
  }

  /// One call of the operating system, about as long as a point read.
  boolean hasRoom() {
    return usableBytes() >= reserveBytes;
  }

  long usableBytes() {
    return usableBytes.getAsLong();
  }

  long reserveBytes() {
    return reserveBytes;
  }

  String lack() {
    return "the disk has " + usableBytes() + " bytes free, expected at least the reserve of " + reserveBytes;
  }
}
