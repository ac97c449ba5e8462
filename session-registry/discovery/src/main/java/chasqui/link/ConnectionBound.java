package chasqui.link;

import chasqui.error.v1.Reason;
import chasqui.status.Statuses;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Bounds the connections of a server: both a filter and an interceptor of it. gRPC lets no connection be refused, so the
/// calls on those above the bound are, as overloaded. Thread-safe.
public final class ConnectionBound extends ServerTransportFilter implements ServerInterceptor {

  private static final Attributes.Key<Boolean> SURPLUS = Attributes.Key.create("chasqui.surplus");
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final int connectionsMax;
  private final AtomicInteger connections = new AtomicInteger();

  /// @param connectionsMax whose calls are served
  public ConnectionBound(int connectionsMax) {
    this.connectionsMax = connectionsMax;
  }

  @Override
  public Attributes transportReady(Attributes attributes) {
    boolean isSurplus = connections.incrementAndGet() > connectionsMax;
    return attributes.toBuilder().set(SURPLUS, isSurplus).build();
  }

  @Override
  public void transportTerminated(Attributes attributes) {
    if (attributes != null && attributes.get(SURPLUS) != null) {
      connections.decrementAndGet();
    }
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (!Boolean.TRUE.equals(call.getAttributes().get(SURPLUS))) {
      return next.startCall(call, headers);
    }
    StatusRuntimeException refused = Statuses.of(
        Reason.REASON_OVERLOADED, "as many connections are open as may be", Map.of(), RETRY_AFTER);
    call.close(refused.getStatus(), refused.getTrailers());
    return new ServerCall.Listener<>() {};
  }
}
