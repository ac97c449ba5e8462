package chasqui.edge.server;

import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.EdgeServiceGrpc;
import chasqui.edge.v1.ServerFrame;
import chasqui.error.v1.Reason;
import chasqui.status.Statuses;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Map;

/// Opens a session for every stream, as long as there is room.
final class EdgeStreamService extends EdgeServiceGrpc.EdgeServiceImplBase {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final EdgeNode node;

  EdgeStreamService(EdgeNode node) {
    this.node = node;
  }

  /// The service as it is served: a frame for many streams is encoded once.
  ServerServiceDefinition served() {
    return Methods.of(bindService(), new Methods.Change() {
      @Override
      @SuppressWarnings("unchecked") // The one method of the service answers with server frames.
      public <Q, R> ServerMethodDefinition<Q, R> of(ServerMethodDefinition<Q, R> method) {
        Marshaller<ServerFrame> frames = (Marshaller<ServerFrame>) method.getMethodDescriptor().getResponseMarshaller();
        return Methods.answering(method, (Marshaller<R>) new EncodedOnce(frames));
      }
    });
  }

  @Override
  public StreamObserver<ClientFrame> connect(StreamObserver<ServerFrame> responses) {
    ServerCallStreamObserver<ServerFrame> call = (ServerCallStreamObserver<ServerFrame>) responses;
    return switch (node.open(call)) {
      case EdgeNode.Opened.Stream opened -> opened.stream();
      case EdgeNode.Opened.Full full -> refuse(call, Statuses.of(
          Reason.REASON_OVERLOADED, "as many streams are open as may be", Map.of(), RETRY_AFTER));
      case EdgeNode.Opened.Leaving leaving -> refuse(call, Statuses.of(
          Reason.REASON_UNAVAILABLE, "the node leaves", Map.of(), RETRY_AFTER));
    };
  }

  private static StreamObserver<ClientFrame> refuse(ServerCallStreamObserver<ServerFrame> call, StatusRuntimeException why) {
    // Otherwise the first frame's arrival after the end would be an error of its own.
    call.setOnCancelHandler(() -> { });
    call.onError(why);
    return new Ignored();
  }

  private static final class Ignored implements StreamObserver<ClientFrame> {
    @Override
    public void onNext(ClientFrame frame) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }
}
