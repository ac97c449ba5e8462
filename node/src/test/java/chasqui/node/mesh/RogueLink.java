package chasqui.node.mesh;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A link between nodes, by the generated stub alone: whoever opens it says on it what it likes.
///
/// @param <Q> what is said
/// @param <R> what comes back
final class RogueLink<Q, R> implements StreamObserver<R> {

  private static final long PATIENCE_SECONDS = 60;

  private final BlockingQueue<R> seen = new LinkedBlockingQueue<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();
  private final StreamObserver<Q> out;

  RogueLink(Channel channel, MethodDescriptor<Q, R> method) {
    out = ClientCalls.asyncBidiStreamingCall(channel.newCall(method, CallOptions.DEFAULT), this);
  }

  void say(Q frame) {
    out.onNext(frame);
  }

  /// The next frame that is not empty.
  R next() {
    try {
      R frame = seen.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (frame == null) {
        throw new AssertionError("nothing came; ended: " + end.getNow(null));
      }
      return frame.toString().isEmpty() ? next() : frame;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new AssertionError(stopped);
    }
  }

  /// What came and was not looked at yet.
  List<R> rest() {
    List<R> rest = new ArrayList<>();
    seen.drainTo(rest);
    return rest;
  }

  /// How it ended.
  Status end() throws Exception {
    return end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  void close() {
    out.onCompleted();
  }

  @Override
  public void onNext(R frame) {
    seen.add(frame);
  }

  @Override
  public void onError(Throwable failure) {
    end.complete(Status.fromThrowable(failure));
  }

  @Override
  public void onCompleted() {
    end.complete(Status.OK);
  }
}
