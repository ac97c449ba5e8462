package chasqui.testkit.check;

/// The numbers of a verdict that come out of checking.
final class Tally {
  /// Acknowledged messages that at least one device misses.
  long lost;

  /// `(message, device)` pairs missing.
  long missingDeliveries;

  /// Shown twice, or stored twice.
  long duplicated;

  long outOfOrder;

  /// Lawful: the same entry on the wire once more.
  long redelivered;
}
