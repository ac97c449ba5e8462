package chasqui.mailbox.store;

/// The store could not answer. What a write that ends so has done is told by the {@link #reason()}.
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Why there is no answer.
  public enum Reason {
    /// The store failed. For a write the outcome is unknown.
    UNKNOWN,
    /// Too much is waiting; nothing was read or written. Trying again later helps.
    BUSY,
    /// The store has no room; nothing was written. Reads get it while the store waits for room to settle what happened.
    FULL,
    /// The store is closed; nothing was read or written.
    CLOSED,
    /// The page token is not one that this store gave; nothing was read.
    BAD_PAGE_TOKEN
  }

  private final Reason reason;

  public StoreException(String message, Throwable cause) {
    this(Reason.UNKNOWN, message, cause);
  }

  public StoreException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public StoreException(Reason reason, String message) {
    this(reason, message, null);
  }

  public Reason reason() {
    return reason;
  }
}
