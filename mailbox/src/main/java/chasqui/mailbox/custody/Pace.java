package chasqui.mailbox.custody;

import java.time.Duration;

/// How long to wait before something is tried again: longer each time, up to a second.
final class Pace {

  private static final Duration FIRST = Duration.ofMillis(20);
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private Duration next = FIRST;

  Duration pause() {
    Duration now = next;
    next = now.multipliedBy(2).compareTo(LONGEST) < 0 ? now.multipliedBy(2) : LONGEST;
    return now;
  }
}
