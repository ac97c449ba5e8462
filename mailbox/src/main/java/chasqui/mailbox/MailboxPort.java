package chasqui.mailbox;

import chasqui.mailbox.v1.MailboxEvent;

/// Where the answers to one opener's requests go, and the pushes that follow from its appends: a link, as a rule.
///
/// Called from the threads of all stripes, so implementations are thread-safe; the events of one conversation come in
/// order. Never blocks and never throws: a port whose other end is gone drops what it gets, except what another router can
/// bring to sessions as well ({@link PushesAgain}).
public interface MailboxPort {

  /// Takes an event. One of a moved receipt may be dropped; no other may. It may be kept back until the next {@link #flush}, so that what one turn of a stripe emits travels
  /// together.
  void emit(MailboxEvent event);

  /// The turn is over: what was taken is to be sent.
  void flush();

  /// Whether it takes events at all: false from when the other end is gone, for good.
  default boolean isOpen() {
    return true;
  }

  /// True while the other end takes events more slowly than they come: parts of logs are not read for it then, since what
  /// cannot be sent would only fill memory. Answers to appends and pushes still come.
  default boolean isCongested() {
    return false;
  }

  /// Pushes may be missing, and nobody knows which: the other end is to compare everything.
  void missed();
}
