package chasqui.testkit.check;

import chasqui.testkit.history.Observation.FaultKind;

/// The time during which a fault was in force.
final class FaultWindow {
  final String name;
  final FaultKind kind;
  final long beginMicros;
  long endMicros = Long.MAX_VALUE;

  FaultWindow(String name, FaultKind kind, long beginMicros) {
    this.name = name;
    this.kind = kind;
    this.beginMicros = beginMicros;
  }

  boolean contains(long atMicros) {
    return beginMicros <= atMicros && atMicros <= endMicros;
  }
}
