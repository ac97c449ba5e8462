package chasqui.edge.session;

import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.router.v1.TypingSignalled;

/// The way to the owners of conversations and users. Bounded.
public interface RouterPort {

  /// What became of a request that was handed in.
  enum Taken {
    /// It is on its way; the answer comes exactly once.
    TAKEN,
    /// The bound of unanswered requests is reached; nothing was sent and no answer comes.
    FULL,
    /// No router is reachable; nothing was sent and no answer comes.
    UNREACHABLE
  }

  /// Hands in a signal that somebody types. Nobody answers it.
  ///
  /// @return false where it was dropped
  boolean typing(TypingSignalled signal);

  /// Takes the answer to a request; on the session's loop, never from within {@link #request}.
  @FunctionalInterface
  interface Answer {
    /// @param response carries a refusal where the deadline passed or the link broke: nothing is left unanswered
    /// @param nowMillis the loop's monotonic clock
    void answered(MailboxResponse response, long nowMillis);
  }

  /// Hands in a request; `request_id` is set here. Sends of one conversation reach its owner in the order in which
  /// they are handed in, while the links they are on stand; reads may overtake them.
  Taken request(MailboxRequest.Builder request, Answer answer);

  /// The slot of a conversation: `OpenPositions` and `SaveCursors` are for one slot at a time.
  int slotOf(String conversationId);
}
