package chasqui.link;

import com.google.protobuf.MessageLite;

/// Whose link it is that is kept open. Callbacks of one link are serial.
///
/// @param <I> what is sent
/// @param <F> a frame of it
/// @param <R> a frame of the peer
@FunctionalInterface
public interface LinkOpener<I extends MessageLite, F, R> {

  /// A link is being opened and nobody else knows it: says hello on it, which waits until the call stands, and gives who
  /// takes what comes.
  LinkListener<R> opening(Link<I, F> link);

  /// The call stands and others may use the link, which may be over again by now.
  default void opened(Link<I, F> link) {}

  /// The first frame of the peer came and was handled: it is not only connected, it is there.
  default void answered(Link<I, F> link) {}
}
