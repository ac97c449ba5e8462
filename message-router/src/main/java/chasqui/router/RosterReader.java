package chasqui.router;

import chasqui.error.v1.Reason;
import java.util.function.Consumer;

/// Asks the owner of a conversation for its roster.
@FunctionalInterface
interface RosterReader {

  /// Unspecified where it was asked, in which case the callback is called once.
  Reason read(String conversationId, Consumer<Answer> answer);
}
