package chasqui.link;

import com.google.protobuf.MessageLite;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/// What is spoken on the links to one kind of peer.
///
/// @param peer who is spoken to, for logs
/// @param method the stub's method: `(channel, responses) -> SomeServiceGrpc.newStub(channel).attach(responses)`
/// @param framer makes a frame of items
/// @param <I> what is sent
/// @param <F> a frame of it
/// @param <R> a frame of the peer
public record LinkKind<I extends MessageLite, F, R>(
    String peer, BiFunction<Channel, StreamObserver<R>, StreamObserver<F>> method, Function<List<I>, F> framer) {}
