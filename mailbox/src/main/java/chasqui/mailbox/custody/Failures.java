package chasqui.mailbox.custody;

import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreException.Reason;

/// What a failure of the tables says.
final class Failures {

  private Failures() {}

  static Reason reason(Throwable failure) {
    return failure instanceof StoreException told ? told.reason() : Reason.UNKNOWN;
  }

  /// True where the store will never answer again.
  static boolean isClosed(Throwable failure) {
    return reason(failure) == Reason.CLOSED;
  }

  /// True where a write may have been done, now or later.
  static boolean mayBeDone(Throwable failure) {
    return switch (reason(failure)) {
      case UNKNOWN, BAD_PAGE_TOKEN -> true;
      case BUSY, FULL, CLOSED -> false;
    };
  }
}
