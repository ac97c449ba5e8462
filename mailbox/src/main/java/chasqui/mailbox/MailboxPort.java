package chasqui.mailbox;

import chasqui.mailbox.v1.MailboxEvent;

/// Where the answers to one opener's requests go, and the pushes that follow from its appends: a link, as a rule.
///
/// Called from the threads of all stripes, so implementations are thread-safe; the events of one conversation come in
/// order. Never blocks and never throws: a port whose other end is gone drops what it gets.
@FunctionalInterface
public interface MailboxPort {

  void emit(MailboxEvent event);
}
