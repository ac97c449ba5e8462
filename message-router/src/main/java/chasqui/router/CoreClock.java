package chasqui.router;

/// The moment of the event that is being handled. Guarded by the core's lock.
final class CoreClock {
  long nowNanos;
}
