package chasqui.drills.sim.mesh;

import chasqui.client.session.StreamEnd;
import chasqui.error.v1.Reason;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.Map;

/// Reads the status of a stream's end, as the SDK does.
public final class StreamEnds {
  private StreamEnds() {}

  public static StreamEnd read(Status status, Metadata trailers) {
    Reason reason = switch (status.getCode()) {
      case OK -> Reason.REASON_UNSPECIFIED;
      case UNAVAILABLE, CANCELLED -> Reason.REASON_UNAVAILABLE;
      case DEADLINE_EXCEEDED -> Reason.REASON_DEADLINE_EXCEEDED;
      default -> Reason.REASON_INTERNAL;
    };
    Map<String, String> metadata = Map.of();
    long retryAfterMs = 0;
    for (Any detail : StatusProto.fromStatusAndTrailers(status, trailers).getDetailsList()) {
      try {
        if (detail.is(ErrorInfo.class)) {
          reason = Reason.valueOf("REASON_" + detail.unpack(ErrorInfo.class).getReason());
          metadata = detail.unpack(ErrorInfo.class).getMetadataMap();
        } else if (detail.is(RetryInfo.class)) {
          RetryInfo retry = detail.unpack(RetryInfo.class);
          retryAfterMs = retry.getRetryDelay().getSeconds() * 1_000 + retry.getRetryDelay().getNanos() / 1_000_000;
        }
      } catch (InvalidProtocolBufferException unreadable) {
        throw new IllegalStateException("a server of ours made details that cannot be read", unreadable);
      }
    }
    return new StreamEnd(reason, status.getCode() + " " + status.getDescription(), metadata, retryAfterMs);
  }
}
