package chasqui.router;

/// Bounds what pushes that wait may hold: how many, and how many bytes. Guarded by the core's lock.
final class HeldBudget {

  private final int pushesMax;
  private final long bytesMax;
  private int pushes;
  private long bytes;

  HeldBudget(RouterConfig.Holding config) {
    this.pushesMax = config.pushesMax();
    this.bytesMax = config.bytesMax();
  }

  /// Takes one more hold on a delivery. Answers what may be held: the delivery, or only its head where the entry is too
  /// much, or null where no more may wait at all.
  Delivery hold(Delivery delivery) {
    Delivery held = delivery.holds == 0 && bytes + delivery.bytes() > bytesMax ? delivery.headOnly() : delivery;
    if (held.holds == 0) {
      if (pushes >= pushesMax) {
        return null;
      }
      pushes++;
      bytes += held.bytes();
    }
    held.holds++;
    return held;
  }

  void release(Delivery held) {
    held.holds--;
    if (held.holds == 0) {
      pushes--;
      bytes -= held.bytes();
    }
  }

  int pushes() {
    return pushes;
  }

  long bytes() {
    return bytes;
  }
}
