package chasqui.link;

import com.google.protobuf.MessageLite;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.List;

/// What is spoken on the links to one node, as their opener. Callbacks of one link are serial.
///
/// @param <I> what is sent
/// @param <F> a frame of it
/// @param <R> a frame of the peer
public interface LinkProtocol<I extends MessageLite, F, R> {

  /// Who is spoken to, for logs: the role and the node id.
  String peer();

  /// The stub's method: `SomeServiceGrpc.newStub(channel).attach(responses)`.
  StreamObserver<F> attach(Channel channel, StreamObserver<R> responses);

  /// A frame of these items.
  F frame(List<I> items);

  /// A link is being opened and nobody else knows it: says hello on it, which waits until the call stands, and gives who
  /// takes what comes.
  LinkListener<R> opening(Link<I, F> link);

  /// The call stands and others may use the link, which may be over again by now.
  default void opened(Link<I, F> link) {}
}
