package chasqui.mailbox.store;

/// A data set cannot be opened. The message is a sentence for the operator: what is so, and what was expected.
public final class StoreOpenException extends Exception {
  private static final long serialVersionUID = 1L;

  /// Why the data set stays closed.
  public enum Reason {
    /// Another process, or another store of this process, has it open.
    IN_USE,
    /// It was written by a newer version.
    NEWER_SCHEMA,
    /// It was created for another number of slots.
    OTHER_SLOTS,
    /// The folder holds something that is no data set of ours.
    NOT_A_DATA_SET,
    /// A checksum or a format does not hold.
    CORRUPT,
    /// There is no room even to open it.
    FULL,
    /// Anything else: permissions, a broken disk, a native library that does not load.
    UNREADABLE
  }

  private final Reason reason;

  public StoreOpenException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public StoreOpenException(Reason reason, String message) {
    this(reason, message, null);
  }

  public Reason reason() {
    return reason;
  }
}
