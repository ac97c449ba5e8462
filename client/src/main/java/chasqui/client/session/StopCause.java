package chasqui.client.session;

/// Why a session ended for good.
public enum StopCause {
  /// The application closed it.
  CLOSED,
  /// The server ended it: superseded, over the device cap, or revoked.
  EVICTED,
  /// Fresh tokens were refused several times in a row.
  AUTHENTICATION_FAILED,
  /// The server does not speak this client's protocol, or does not take its `Hello`.
  INCOMPATIBLE,
  /// The data folder could not be written. What was not durable was not sent.
  STORE_FAILED,
  /// A bug of the client; the log has the details.
  BROKEN
}
