package chasqui.node;

/// The node cannot start, or has to end, for a reason that an operator can mend. The message is one clear sentence.
public final class StartException extends RuntimeException {

  public StartException(String message) {
    super(message);
  }

  public StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
