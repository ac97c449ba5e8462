package chasqui.client;

import chasqui.client.session.StreamEnd;
import chasqui.error.v1.Reason;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.Map;

/// Reads statuses: the reason from `ErrorInfo`, the delay from `RetryInfo`; where a proxy or gRPC itself made the
/// status, the reason nearest to its code.
final class Failures {
  private static final String DOMAIN = "chasqui";
  private static final String PREFIX = "REASON_";

  private Failures() {}

  static StreamEnd read(Status status, Metadata trailers) {
    var reason = byCode(status.getCode());
    var metadata = Map.<String, String>of();
    long retryAfterMs = 0;
    try {
      for (var detail : StatusProto.fromStatusAndTrailers(status, trailers).getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          var info = detail.unpack(ErrorInfo.class);
          reason = info.getDomain().equals(DOMAIN) ? byName(info.getReason(), reason) : reason;
          metadata = Map.copyOf(info.getMetadataMap());
        } else if (detail.is(RetryInfo.class)) {
          var delay = detail.unpack(RetryInfo.class).getRetryDelay();
          retryAfterMs = delay.getSeconds() * 1_000 + delay.getNanos() / 1_000_000;
        }
      }
    } catch (InvalidProtocolBufferException | IllegalArgumentException _) {
      // Details that cannot be read change nothing: the code still speaks.
    }
    return new StreamEnd(reason, describe(status), metadata, retryAfterMs);
  }

  private static String describe(Status status) {
    if (status.isOk()) {
      return "ended by the server";
    }
    var cause = status.getCause() == null || status.getCause().getMessage() == null
        ? ""
        : " (" + status.getCause().getMessage() + ")";
    return (status.getDescription() == null ? status.getCode().toString() : status.getDescription()) + cause;
  }

  private static Reason byName(String name, Reason otherwise) {
    try {
      return Reason.valueOf(PREFIX + name);
    } catch (IllegalArgumentException _) {
      return otherwise;
    }
  }

  private static Reason byCode(Status.Code code) {
    return switch (code) {
      case OK -> Reason.REASON_UNSPECIFIED;
      case UNAVAILABLE, CANCELLED, ABORTED -> Reason.REASON_UNAVAILABLE;
      case UNAUTHENTICATED -> Reason.REASON_UNAUTHENTICATED;
      case DEADLINE_EXCEEDED -> Reason.REASON_DEADLINE_EXCEEDED;
      case NOT_FOUND -> Reason.REASON_NOT_FOUND;
      case PERMISSION_DENIED -> Reason.REASON_PERMISSION_DENIED;
      case RESOURCE_EXHAUSTED -> Reason.REASON_OVERLOADED;
      case UNIMPLEMENTED -> Reason.REASON_UNIMPLEMENTED;
      case INVALID_ARGUMENT, OUT_OF_RANGE -> Reason.REASON_INVALID_FIELD;
      case ALREADY_EXISTS, FAILED_PRECONDITION, UNKNOWN, INTERNAL, DATA_LOSS -> Reason.REASON_INTERNAL;
    };
  }
}
