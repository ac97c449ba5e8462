package chasqui.link;

/// What thinks behind the links that a service takes in: no threads, clock or transport of its own, so that it can be
/// driven by a test or the simulator. Thread-safe. Links are named by numbers above 0, never used twice; times are those
/// of one monotonic clock.
///
/// @param <R> a frame of the openers
public interface LinkCore<R> {

  /// What came in on a link. Calls about one link are serial; none may block.
  void received(long link, R frame, long nowNanos);

  /// The link is no more. Called once; nothing of it comes after.
  void broken(long link, long nowNanos);

  /// Time has passed.
  void tick(long nowNanos);
}
