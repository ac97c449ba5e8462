package chasqui.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.error.v1.Reason;
import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Statuses as the client reads them.
final class FailuresTest {

  @Test
  void reason_metadata_and_delay_come_from_the_details() {
    var failure = StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
        .setCode(Code.FAILED_PRECONDITION_VALUE)
        .setMessage("stale")
        .addDetails(Any.pack(ErrorInfo.newBuilder()
            .setDomain("chasqui").setReason("STALE_CONNECT_NUMBER").putMetadata("highest", "9").build()))
        .addDetails(Any.pack(RetryInfo.newBuilder().setRetryDelay(Frames.millis(1_500)).build()))
        .build());
    var end = Failures.read(failure.getStatus(), failure.getTrailers());
    assertEquals(Reason.REASON_STALE_CONNECT_NUMBER, end.reason());
    assertEquals(Map.of("highest", "9"), end.metadata());
    assertEquals(1_500, end.retryAfterMs());
    assertEquals("stale", end.message());
  }

  @Test
  void without_details_the_code_speaks() {
    assertEquals(Reason.REASON_UNAVAILABLE, Failures.read(Status.UNAVAILABLE, new Metadata()).reason());
    assertEquals(Reason.REASON_UNAVAILABLE, Failures.read(Status.CANCELLED, null).reason());
    assertEquals(Reason.REASON_UNAUTHENTICATED, Failures.read(Status.UNAUTHENTICATED, null).reason());
    assertEquals(Reason.REASON_UNSPECIFIED, Failures.read(Status.OK, new Metadata()).reason());
  }

  @Test
  void a_reason_of_a_later_version_falls_back_to_the_code() {
    var failure = StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
        .setCode(Code.UNAVAILABLE_VALUE)
        .addDetails(Any.pack(ErrorInfo.newBuilder().setDomain("chasqui").setReason("MOON_PHASE").build()))
        .build());
    assertEquals(Reason.REASON_UNAVAILABLE, Failures.read(failure.getStatus(), failure.getTrailers()).reason());
  }
}
