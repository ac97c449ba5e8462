package chasqui.mailbox.store.cql;

/// Timestamps of rows that only move forward: made from what is written, never from a clock.
final class Timestamps {
  private static final int SEQ_BITS = 40;

  private Timestamps() {}

  /// Rises with (generation, seq). A conversation has fewer than 2⁴⁰ entries, a data set some 1,600 generations: ScyllaDB
  /// refuses what is, in microseconds, more than three days ahead of its clock.
  static long ofPosition(long generation, long seq) {
    return Math.addExact(Math.multiplyExact(generation, 1L << SEQ_BITS), seq);
  }
}
