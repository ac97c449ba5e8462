package chasqui.testkit.proxy;

import java.util.EnumSet;
import java.util.Set;

/// The weather in force, for pumps that wait for it to change. Each connection has one, under the proxy's.
final class Sky {
  private final Set<Direction> stalledHere = EnumSet.noneOf(Direction.class);
  private Weather weather;
  private boolean over;

  Sky(Weather weather) {
    this.weather = weather;
  }

  synchronized Weather weather() {
    return weather;
  }

  synchronized void set(Weather next) {
    weather = next;
    notifyAll();
  }

  synchronized void stall(Direction direction) {
    stalledHere.add(direction);
  }

  synchronized void resume() {
    stalledHere.clear();
    notifyAll();
  }

  /// The connection ends: nobody waits any more.
  synchronized void end() {
    over = true;
    notifyAll();
  }

  /// Waits while the direction is stalled; false if the connection ended.
  synchronized boolean awaitFlow(Direction direction) throws InterruptedException {
    while (!over && (stalledHere.contains(direction) || weather.stalled().contains(direction))) {
      wait();
    }
    return !over;
  }

  /// Waits until the given time of `System.nanoTime`; false if the connection ended.
  synchronized boolean awaitTime(long atNanos) throws InterruptedException {
    for (long left = atNanos - System.nanoTime(); left > 0 && !over; left = atNanos - System.nanoTime()) {
      wait(left / 1_000_000, (int) (left % 1_000_000));
    }
    return !over;
  }
}
