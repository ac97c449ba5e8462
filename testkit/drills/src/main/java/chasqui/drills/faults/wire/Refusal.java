package chasqui.drills.faults.wire;

import chasqui.error.v1.Reason;
import chasqui.status.Statuses;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.HexFormat;

/// How a call or a stream ended, as far as a client can see: two that are equal cannot be told apart.
///
/// @param details the status details, in hexadecimal
public record Refusal(Status.Code code, Reason reason, String text, String details) {

  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  static Refusal of(Status status, Metadata trailers) {
    byte[] details = trailers == null ? null : trailers.get(DETAILS);
    return new Refusal(
        status.getCode(),
        Statuses.reasonOf(status.asRuntimeException(trailers)).orElse(Reason.REASON_UNSPECIFIED),
        String.valueOf(status.getDescription()),
        details == null ? "" : HexFormat.of().formatHex(details));
  }

  public boolean isOk() {
    return code == Status.Code.OK;
  }

  /// Whether something of the inside of the server shows.
  public boolean isIndiscreet() {
    return text.contains("Exception") || text.contains("\tat ") || text.contains(".java") || code == Status.Code.UNKNOWN;
  }

  @Override
  public String toString() {
    return code + " " + reason + " '" + text + "'";
  }
}
