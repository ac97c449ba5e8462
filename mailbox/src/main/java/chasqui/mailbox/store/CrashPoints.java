package chasqui.mailbox.store;

/// Named places where a drill may end the process or hold it, so that crashes at the worst moments are not left to luck.
@FunctionalInterface
public interface CrashPoints {

  /// Does nothing: production.
  CrashPoints NONE = point -> {};

  /// The thread has come to `point`. May not return.
  void reached(String point);
}
