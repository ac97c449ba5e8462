package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreException.Reason;
import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.NodeUnavailableException;
import com.datastax.oss.driver.api.core.connection.BusyConnectionException;
import com.datastax.oss.driver.api.core.servererrors.UnavailableException;
import java.util.concurrent.CompletionException;

/// What a failed request says of what it did.
final class Failures {
  private Failures() {}

  static StoreException of(Kind kind, Throwable failure) {
    Throwable cause = unwrapped(failure);
    if (cause instanceof StoreException known) {
      return known;
    }
    // A conditional write has several rounds: what one of them was refused says nothing of the others.
    boolean certain = kind != Kind.CONDITIONAL && wasNotDone(cause);
    String what = kind + " failed: " + cause;
    return new StoreException(certain ? Reason.BUSY : Reason.UNKNOWN, what, cause);
  }

  static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
  }

  /// True only if no replica was asked: the coordinator knew of too few that live, or there was no connection to send by.
  private static boolean wasNotDone(Throwable failure) {
    return switch (failure) {
      case UnavailableException tooFew -> true;
      case NodeUnavailableException noConnection -> true;
      case BusyConnectionException noRoom -> true;
      case AllNodesFailedException all ->
          all.getAllErrors().values().stream().allMatch(errors -> errors.stream().allMatch(Failures::wasNotDone));
      default -> false;
    };
  }
}
