package chasqui.edge.server;

import io.grpc.Context;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Metadata;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/// Ends unary calls that last too long, whatever they wait for: the rest of a request, an answer, or a peer that takes it.
/// Such a call is reset, and what was held for it is let go.
///
/// A server that has answered cannot end the call through gRPC's API for calls; it can through the call's context, which
/// only a tracer may put in place.
final class CallEnds extends ServerStreamTracer.Factory {

  /// A page of 1 MiB over 300 kbit/s, and three times what an owner may take.
  static final Duration LAST_MAX = Duration.ofSeconds(30);
  private static final ServerStreamTracer FOR_EVER = new ServerStreamTracer() {};

  private final Set<String> streams;
  private final long lastMaxNanos;
  private final LongSupplier nanoTime;
  private final Set<Open> open = ConcurrentHashMap.newKeySet();

  /// @param services whose methods that are no unary ones last as long as they like
  CallEnds(List<ServerServiceDefinition> services, Duration lastMax, LongSupplier nanoTime) {
    this.streams = services.stream()
        .flatMap(service -> service.getMethods().stream())
        .map(method -> method.getMethodDescriptor())
        .filter(method -> method.getType() != MethodType.UNARY)
        .map(method -> method.getFullMethodName())
        .collect(Collectors.toUnmodifiableSet());
    this.lastMaxNanos = lastMax.toNanos();
    this.nanoTime = nanoTime;
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
    return streams.contains(fullMethodName) ? FOR_EVER : new Open(nanoTime.getAsLong());
  }

  /// To be called now and then.
  void sweep() {
    long nowNanos = nanoTime.getAsLong();
    for (Open call : open) {
      if (nowNanos - call.begunNanos > lastMaxNanos) {
        call.end();
      }
    }
  }

  private final class Open extends ServerStreamTracer {
    private final long begunNanos;
    private volatile Context.CancellableContext context;

    Open(long begunNanos) {
      this.begunNanos = begunNanos;
    }

    @Override
    public Context filterContext(Context around) {
      context = around.withCancellation();
      open.add(this);
      return context;
    }

    @Override
    public void streamClosed(Status status) {
      open.remove(this);
      if (context != null) {
        context.cancel(null);
      }
    }

    void end() {
      // gRPC resets a call only for a deadline that has passed.
      context.cancel(new TimeoutException("the call lasted too long"));
    }
  }
}
