package chasqui.testkit.sim;

import java.util.Locale;
import java.util.function.Consumer;

/// What happened in a simulation, as a running 64-bit FNV-1a hash over every event and note, and, if somebody listens, as
/// text. Two runs that differ anywhere differ in the hash.
public final class Trace {
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private final Consumer<String> log;
  private final boolean logging;
  private long hash = OFFSET;
  private long nowNanos;

  private Trace(Consumer<String> log, boolean logging) {
    this.log = log;
    this.logging = logging;
  }

  public static Trace silent() {
    return new Trace(_ -> {}, false);
  }

  public static Trace to(Consumer<String> log) {
    return new Trace(log, true);
  }

  /// An event is about to run.
  void event(long atNanos, long sequence) {
    nowNanos = atNanos;
    mix(atNanos);
    mix(sequence);
  }

  /// Notes what happened and the numbers that belong to it.
  public void note(String what, long... numbers) {
    for (int i = 0; i < what.length(); i++) {
      hash = (hash ^ what.charAt(i)) * PRIME;
    }
    for (long number : numbers) {
      mix(number);
    }
    if (logging) {
      log.accept(line(what, numbers));
    }
  }

  private void mix(long number) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      hash = (hash ^ (number >>> shift & 0xff)) * PRIME;
    }
  }

  private String line(String what, long... numbers) {
    StringBuilder line = new StringBuilder(80);
    line.append(nowNanos / 1_000_000_000).append('.');
    line.append(String.format(Locale.ROOT, "%09d ", nowNanos % 1_000_000_000)).append(what);
    for (long number : numbers) {
      line.append(' ').append(number);
    }
    return line.toString();
  }

  /// The hash so far, 16 hexadecimal digits.
  public String hash() {
    return String.format(Locale.ROOT, "%016x", hash);
  }
}
