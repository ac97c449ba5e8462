package chasqui.mailbox.store.portable;

/// Told how far a long piece of work has come. Called often, on the thread that works.
@FunctionalInterface
public interface Progress {

  /// For those who do not look.
  Progress NONE = (what, done, total) -> {};

  /// @param what the piece of work in two or three words; another one begins when it changes
  /// @param done 0 to total; bytes or rows
  /// @param total how much it is, as far as can be said before
  void at(String what, long done, long total);
}
