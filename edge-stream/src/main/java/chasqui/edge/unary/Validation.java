package chasqui.edge.unary;

import chasqui.edge.session.SchemaCheck;
import chasqui.error.v1.Reason;
import chasqui.status.Statuses;
import com.google.protobuf.Message;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Map;

/// Holds every request against the limits that stand beside its fields in the schema.
final class Validation implements ServerInterceptor {

  private final SchemaCheck schema;

  Validation(SchemaCheck schema) {
    this.schema = schema;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      private boolean refused;

      @Override
      public void onMessage(Q message) {
        String violation = message instanceof Message request ? schema.violationOf(request) : null;
        if (violation == null) {
          super.onMessage(message);
          return;
        }
        refused = true;
        StatusRuntimeException status = invalid(violation.split(":", 2)[0], violation);
        call.close(status.getStatus(), status.getTrailers());
      }

      @Override
      public void onHalfClose() {
        if (!refused) {
          super.onHalfClose();
        }
      }
    };
  }

  static StatusRuntimeException invalid(String field, String message) {
    return Statuses.of(Reason.REASON_INVALID_FIELD, message, Map.of("field", field), Duration.ZERO);
  }
}
