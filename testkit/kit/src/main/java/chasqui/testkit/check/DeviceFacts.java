package chasqui.testkit.check;

import chasqui.testkit.history.Observation.Watching;

/// One device as the driver of the run made it.
final class DeviceFacts {
  final int user;
  final Watching watching;
  final long registeredMicros;
  boolean removed;

  DeviceFacts(int user, Watching watching, long registeredMicros) {
    this.user = user;
    this.watching = watching;
    this.registeredMicros = registeredMicros;
  }
}
