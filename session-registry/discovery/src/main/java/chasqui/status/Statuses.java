package chasqui.status;

import chasqui.error.v1.Reason;
import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// The one place that makes a status for a caller outside. Each carries `google.rpc.ErrorInfo` with a {@link Reason},
/// and `google.rpc.RetryInfo` where waiting helps.
public final class Statuses {

  /// `ErrorInfo.domain` of every status.
  public static final String DOMAIN = "chasqui";

  private static final String PREFIX = "REASON_";

  private Statuses() {}

  /// A refusal that waiting does not mend.
  public static StatusRuntimeException of(Reason reason, String message) {
    return of(reason, message, Map.of(), Duration.ZERO);
  }

  /// A refusal with facts for the caller, and how long to wait before a retry (zero: waiting does not help).
  public static StatusRuntimeException of(
      Reason reason, String message, Map<String, String> metadata, Duration retryAfter) {
    com.google.rpc.Status.Builder status = com.google.rpc.Status.newBuilder()
        .setCode(code(reason).value())
        .setMessage(message)
        .addDetails(Any.pack(ErrorInfo.newBuilder()
            .setDomain(DOMAIN)
            .setReason(reason.name().substring(PREFIX.length()))
            .putAllMetadata(metadata)
            .build()));
    if (retryAfter.isPositive()) {
      status.addDetails(Any.pack(RetryInfo.newBuilder()
          .setRetryDelay(com.google.protobuf.Duration.newBuilder()
              .setSeconds(retryAfter.getSeconds())
              .setNanos(retryAfter.getNano()))
          .build()));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  /// The reason that a status carries, if it is one of ours.
  public static Optional<Reason> reasonOf(Throwable failure) {
    com.google.rpc.Status status = StatusProto.fromThrowable(failure);
    if (status == null) {
      return Optional.empty();
    }
    for (Any detail : status.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        try {
          return Optional.of(Reason.valueOf(PREFIX + detail.unpack(ErrorInfo.class).getReason()));
        } catch (com.google.protobuf.InvalidProtocolBufferException | IllegalArgumentException unknown) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  /// The gRPC code for a reason: what generic tools and proxies go by.
  public static Status.Code code(Reason reason) {
    return switch (reason) {
      case REASON_UNAUTHENTICATED, REASON_TOKEN_EXPIRED, REASON_REVOKED -> Status.Code.UNAUTHENTICATED;
      case REASON_PROTOCOL_VIOLATION, REASON_GROUP_ONLY, REASON_NO_CHANGE, REASON_LAST_OWNER, REASON_TOO_LATE,
          REASON_GENERATION_CHANGED -> Status.Code.FAILED_PRECONDITION;
      case REASON_INVALID_FIELD -> Status.Code.INVALID_ARGUMENT;
      case REASON_NOT_FOUND -> Status.Code.NOT_FOUND;
      case REASON_PERMISSION_DENIED -> Status.Code.PERMISSION_DENIED;
      case REASON_ID_REUSED -> Status.Code.ALREADY_EXISTS;
      case REASON_CONVERSATION_FULL, REASON_TOO_MANY, REASON_TOO_LARGE, REASON_OVERLOADED, REASON_STORE_FULL,
          REASON_RATE_LIMITED ->
          Status.Code.RESOURCE_EXHAUSTED;
      case REASON_UNIMPLEMENTED, REASON_PROTOCOL_VERSION_UNSUPPORTED -> Status.Code.UNIMPLEMENTED;
      case REASON_UNAVAILABLE, REASON_HEARTBEAT_MISSED -> Status.Code.UNAVAILABLE;
      case REASON_SUPERSEDED, REASON_DEVICE_CAP, REASON_STALE_CONNECT_NUMBER -> Status.Code.ABORTED;
      case REASON_DEADLINE_EXCEEDED -> Status.Code.DEADLINE_EXCEEDED;
      case REASON_OUTCOME_UNKNOWN -> Status.Code.UNKNOWN;
      case REASON_UNSPECIFIED, REASON_INTERNAL, UNRECOGNIZED -> Status.Code.INTERNAL;
    };
  }
}
