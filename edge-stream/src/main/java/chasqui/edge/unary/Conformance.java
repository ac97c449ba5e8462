package chasqui.edge.unary;

import chasqui.status.Statuses;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees that every refusal carries a reason. A status without one is a bug: logged, and told to whoever watches (tests
/// fail by it).
public final class Conformance implements ServerInterceptor {

  private static final Logger LOG = LoggerFactory.getLogger(Conformance.class);

  private final Consumer<String> watcher;

  /// @param watcher told what does not conform
  public Conformance(Consumer<String> watcher) {
    this.watcher = watcher;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return next.startCall(
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            if (!status.isOk() && Statuses.reasonOf(status.asRuntimeException(trailers)).isEmpty()) {
              String what = call.getMethodDescriptor().getFullMethodName() + " ended with " + status.getCode() + " without a reason";
              LOG.error("{}", what, status.getCause());
              watcher.accept(what);
            }
            super.close(status, trailers);
          }
        },
        headers);
  }
}
