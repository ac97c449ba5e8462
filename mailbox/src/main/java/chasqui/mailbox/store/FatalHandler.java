package chasqui.mailbox.store;

/// Told once that the store must never be trusted again by this process: a sync failed, or a checksum does not hold.
/// A node ends the process at once, without closing anything; what is on the disk decides at the next start.
@FunctionalInterface
public interface FatalHandler {

  /// Called at most once, on any thread; may not return.
  void fatal(String what, Throwable cause);
}
