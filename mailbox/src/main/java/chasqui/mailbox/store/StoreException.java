package chasqui.mailbox.store;

/// The store could not answer. For a write the outcome is unknown.
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
