package chasqui.drills.sim.shared;

/// One cell of one row: of two writes to it the one with the higher order stands, whichever comes first.
///
/// @param partition which rows stand together
/// @param key orders the rows of a partition
/// @param order the timestamp of the write
/// @param value null where it is removed
record CellWrite(String partition, String key, long order, Object value) {

  /// A number as a key: ascending as text.
  static String key(long number) {
    String digits = Long.toString(number);
    return "0".repeat(19 - digits.length()) + digits;
  }

  /// True if this stands where the other was written too; null is no write.
  boolean standsOver(CellWrite other) {
    return other == null || order > other.order;
  }
}
