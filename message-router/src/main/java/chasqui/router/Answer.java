package chasqui.router;

import chasqui.mailbox.v1.MailboxResponse;

/// What became of a request to a mailbox.
sealed interface Answer {

  /// The owner answered.
  record Given(MailboxResponse response) implements Answer {}

  /// The owner did not: it may or may not have been done.
  enum Missing implements Answer {
    DEADLINE,
    LINK_BROKEN,
    /// It answered for a custody of the slot that is over.
    OUTDATED
  }
}
