package chasqui.edge.server;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts the frames that a streaming service writes, and those it writes while the transport has said that it is full.
/// A stream that the client gave up is not ready either, and what is written to it goes nowhere.
final class WriteWatch implements ServerInterceptor {

  private final AtomicInteger written = new AtomicInteger();
  private final AtomicInteger whileNotReady = new AtomicInteger();

  int written() {
    return written.get();
  }

  int whileNotReady() {
    return whileNotReady.get();
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (call.getMethodDescriptor().getType() == MethodDescriptor.MethodType.UNARY) {
      return next.startCall(call, headers);
    }
    return next.startCall(
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void sendMessage(R message) {
            written.incrementAndGet();
            if (!isReady() && !isCancelled()) {
              whileNotReady.incrementAndGet();
            }
            super.sendMessage(message);
          }
        },
        headers);
  }
}
