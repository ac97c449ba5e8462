package chasqui.mailbox.memory;

/// Decides when an operation of the store happens: its effect and its completion, at once one after the other.
@FunctionalInterface
public interface StoreScheduler {

  /// Every operation happens before its call returns.
  StoreScheduler AT_ONCE = (operation, work) -> work.run();

  /// Takes an operation over; `work` is to be run once, on any thread but one at a time, or never if the store "crashes".
  ///
  /// @param operation its name, such as `commit` or `readLog`
  void schedule(String operation, Runnable work);
}
