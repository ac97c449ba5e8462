package chasqui.mailbox;

import java.util.concurrent.atomic.AtomicLong;

/// How full a queue is: changed by its one owner without a fence, read by whoever collects metrics.
final class Depth {

  private final AtomicLong value = new AtomicLong();

  void add(long change) {
    value.setRelease(value.getPlain() + change);
  }

  long get() {
    return value.getAcquire();
  }
}
