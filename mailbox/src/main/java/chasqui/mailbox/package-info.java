/// Sequences, commits and serves what was said.
///
/// The thinking part has no threads. A {@link chasqui.mailbox.Stripe} owns the conversations and users whose slots are its
/// own; requests, completions of the store and outcomes of commits are its events, answers and pushes at a
/// {@link chasqui.mailbox.MailboxPort} its effects. Around it: {@link chasqui.mailbox.StripeRunner} gives it a thread,
/// {@link chasqui.mailbox.MailboxEngine} brings each request to its stripe, {@link chasqui.mailbox.MailboxService} carries
/// both over links.
///
/// An append passes `Appends` (state and counter in memory? id known?), `Rules` (may the caller?), `Tip` (`seq` and stamp),
/// `CommitQueue` (fair over conversations), `Committer` (journal, then answers and pushes). A read passes `StateReads`
/// (loaded, held, confirmed) to `Ranges`, `Positions`, `Cursors` or `Descriptions`, which show what is committed, clipped to
/// the membership. What concerns a user passes `UserDesk`.
///
/// {@link chasqui.mailbox.Custody} says what is owned here; the `store` package keeps everything.
package chasqui.mailbox;
