package chasqui.router;

import java.util.concurrent.atomic.AtomicInteger;

/// The link of an edge, as far as its requests are concerned. Thread-safe.
final class EdgeLink {

  final long link;
  final AtomicInteger unanswered = new AtomicInteger();
  volatile boolean greeted;

  EdgeLink(long link) {
    this.link = link;
  }
}
