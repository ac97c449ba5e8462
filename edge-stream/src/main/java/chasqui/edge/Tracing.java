package chasqui.edge;

import chasqui.status.Statuses;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// Gives every call and stream a W3C trace id: the caller's `traceparent`, or a fresh one. It stands in every log event
/// about the call as `trace_id`, and a refused caller is told it, for support.
///
/// Costs nothing per message of a stream: the id is looked up once, when the stream opens.
public final class Tracing implements ServerInterceptor {

  /// The key of log events.
  public static final String LOG_KEY = "trace_id";

  static final Metadata.Key<String> TRACEPARENT = Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<String> TRACE_ID_TRAILER = Metadata.Key.of("chasqui-trace-id", Metadata.ASCII_STRING_MARSHALLER);

  private static final Logger LOG = LoggerFactory.getLogger(Tracing.class);
  private static final Context.Key<String> TRACE_ID = Context.key(LOG_KEY);
  private static final Pattern PARENT =
      Pattern.compile("[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.{0,64}");
  private static final int ID_BYTES = 16;

  private final RandomGenerator random;

  /// @param random thread-safe
  public Tracing(RandomGenerator random) {
    this.random = random;
  }

  /// The trace id of the call that is being handled on this thread; empty outside of one.
  public static String current() {
    String id = TRACE_ID.get();
    return id == null ? "" : id;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String id = traceId(headers.get(TRACEPARENT));
    ServerCall<Q, R> told = new SimpleForwardingServerCall<>(call) {
      @Override
      public void close(Status status, Metadata trailers) {
        log(call.getMethodDescriptor().getFullMethodName(), status, trailers, id);
        super.close(status, status.isOk() ? trailers : with(trailers, id));
      }
    };
    Context context = Context.current().withValue(TRACE_ID, id);
    if (call.getMethodDescriptor().getType().clientSendsOneMessage()) {
      return Contexts.interceptCall(context, told, headers, next);
    }
    // A stream takes its id when it opens; switching contexts at every message would be for nothing.
    Context before = context.attach();
    try {
      return next.startCall(told, headers);
    } finally {
      context.detach(before);
    }
  }

  /// A copy: the trailers may be those of an exception that is used again.
  private static Metadata with(Metadata trailers, String id) {
    Metadata told = new Metadata();
    told.merge(trailers);
    told.put(TRACE_ID_TRAILER, id);
    return told;
  }

  String traceId(String traceparent) {
    if (traceparent != null) {
      Matcher parent = PARENT.matcher(traceparent);
      if (parent.matches()) {
        return parent.group(1);
      }
    }
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  /// Whether the end is a fault of the server's. What strangers can bring about at will must not fill the log.
  private static boolean isOurs(Status status) {
    return switch (status.getCode()) {
      case INTERNAL, UNKNOWN, DATA_LOSS -> true;
      default -> false;
    };
  }

  private static void log(String method, Status status, Metadata trailers, String id) {
    LoggingEventBuilder event = isOurs(status) ? LOG.atInfo() : LOG.atDebug();
    event = event.addKeyValue(LOG_KEY, id).addKeyValue("method", method).addKeyValue("code", status.getCode());
    if (!status.isOk()) {
      event = event.addKeyValue("reason", Statuses.reasonOf(status.asRuntimeException(trailers)).map(Enum::name).orElse(""));
    }
    event.log("call ended");
  }
}
