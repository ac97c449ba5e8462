package chasqui.edge.server;

import chasqui.error.v1.Reason;
import chasqui.status.Statuses;
import com.google.protobuf.Message;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;

/// Ends calls whose messages are no protobuf of their type, or larger than may be, with a reason. gRPC by itself answers
/// a damaged one with `UNKNOWN` and logs a stack trace for it, and resets a stream for one too large without a word.
final class WellFormed {

  private WellFormed() {}

  /// The service, with all of its requests looked at first.
  ///
  /// @param bytesMax of one request; gRPC's own limit has to be above it
  static ServerServiceDefinition in(ServerServiceDefinition service, int bytesMax) {
    return Methods.of(service, new Methods.Change() {
      @Override
      public <Q, R> ServerMethodDefinition<Q, R> of(ServerMethodDefinition<Q, R> method) {
        return checked(method, bytesMax);
      }
    });
  }

  private static <Q, R> ServerMethodDefinition<Q, R> checked(ServerMethodDefinition<Q, R> method, int bytesMax) {
    MethodDescriptor<Q, R> descriptor = method.getMethodDescriptor();
    Requests<Q> requests = new Requests<>((PrototypeMarshaller<Q>) descriptor.getRequestMarshaller(), bytesMax);
    ServerCallHandler<Q, R> handler = method.getServerCallHandler();
    return ServerMethodDefinition.create(
        descriptor.toBuilder(requests, descriptor.getResponseMarshaller()).build(), (call, headers) -> {
          Guarded<Q, R> guarded = new Guarded<>(call);
          return new Gate<>(guarded, requests, handler.startCall(guarded, headers));
        });
  }

  /// Reads requests; gives one of two markers, told apart by identity, for what is none.
  private static final class Requests<Q> implements Marshaller<Q> {
    private final PrototypeMarshaller<Q> inner;
    private final int bytesMax;
    private final Q damaged;
    private final Q tooLarge;

    Requests(PrototypeMarshaller<Q> inner, int bytesMax) {
      this.inner = inner;
      this.bytesMax = bytesMax;
      this.damaged = marker(inner);
      this.tooLarge = marker(inner);
    }

    @SuppressWarnings("unchecked") // A message of the prototype's own type.
    private static <Q> Q marker(PrototypeMarshaller<Q> marshaller) {
      return (Q) ((Message) marshaller.getMessagePrototype()).newBuilderForType().build();
    }

    @Override
    public InputStream stream(Q request) {
      return inner.stream(request);
    }

    @Override
    public Q parse(InputStream stream) {
      try {
        if (stream instanceof KnownLength) {
          return stream.available() > bytesMax ? tooLarge : inner.parse(stream);
        }
        // It was compressed: only inflating tells how large it is, which ends here, before gRPC would end it.
        byte[] inflated = stream.readNBytes(bytesMax + 1);
        return inflated.length > bytesMax ? tooLarge : inner.parse(new ByteArrayInputStream(inflated));
      } catch (StatusRuntimeException | IOException unreadable) {
        return damaged;
      }
    }

    /// Why this is no request; null if it is one.
    StatusRuntimeException refusal(Q request) {
      if (request == damaged) {
        return Statuses.of(Reason.REASON_INVALID_FIELD, "the message is not of the type that is expected here");
      }
      if (request == tooLarge) {
        return Statuses.of(Reason.REASON_TOO_LARGE, "the frame is larger than " + bytesMax + " bytes",
            Map.of("max_bytes", Integer.toString(bytesMax)), Duration.ZERO);
      }
      return null;
    }
  }

  /// A call that its handler takes for cancelled once it was refused here.
  private static final class Guarded<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private boolean closed;
    private boolean refused;

    Guarded(ServerCall<Q, R> call) {
      super(call);
    }

    void refuse(StatusRuntimeException why) {
      synchronized (this) {
        refused = true;
        if (closed) {
          return;
        }
        closed = true;
      }
      super.close(why.getStatus(), why.getTrailers());
    }

    @Override
    public void close(Status status, Metadata trailers) {
      synchronized (this) {
        if (refused) {
          return;
        }
        closed = true;
      }
      super.close(status, trailers);
    }

    @Override
    public void sendHeaders(Metadata headers) {
      if (!isRefused()) {
        super.sendHeaders(headers);
      }
    }

    @Override
    public void sendMessage(R message) {
      if (!isRefused()) {
        super.sendMessage(message);
      }
    }

    @Override
    public boolean isCancelled() {
      return isRefused() || super.isCancelled();
    }

    private synchronized boolean isRefused() {
      return refused;
    }
  }

  /// Lets requests through until one is none.
  private static final class Gate<Q, R> extends ServerCall.Listener<Q> {
    private final Guarded<Q, R> call;
    private final Requests<Q> requests;
    private final ServerCall.Listener<Q> handler;
    private boolean shut;

    Gate(Guarded<Q, R> call, Requests<Q> requests, ServerCall.Listener<Q> handler) {
      this.call = call;
      this.requests = requests;
      this.handler = handler;
    }

    @Override
    public void onMessage(Q message) {
      if (shut) {
        return;
      }
      StatusRuntimeException refusal = requests.refusal(message);
      if (refusal == null) {
        handler.onMessage(message);
        return;
      }
      shut = true;
      call.refuse(refusal);
      handler.onCancel();
    }

    @Override
    public void onHalfClose() {
      if (!shut) {
        handler.onHalfClose();
      }
    }

    @Override
    public void onCancel() {
      if (!shut) {
        handler.onCancel();
      }
    }

    @Override
    public void onComplete() {
      if (!shut) {
        handler.onComplete();
      }
    }

    @Override
    public void onReady() {
      if (!shut) {
        handler.onReady();
      }
    }
  }
}
