package chasqui.node;

/// The node cannot start, or has to end, for a reason that an operator can mend. The message is one clear sentence.
public final class StartException extends RuntimeException {

  public StartException(String message) {
    super(message);
  }

  public StartException(String message, Throwable cause) {
    super(message, cause);
  }

  /// A port cannot be listened on; names who holds it, if that can be told.
  ///
  /// @param section the configuration's, such as `edge`
  public static StartException cannotListen(String section, String host, int port, Throwable cause) {
    String address = host + ":" + port;
    String mend = ": end it, or set " + section + ".port";
    return PortHolder.describe(port)
        .map(holder -> new StartException("the port " + address + " is in use by " + holder + mend, cause))
        .orElseGet(() -> new StartException("cannot listen on " + address + " (" + rootMessage(cause) + ")" + mend, cause));
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
