/// Custody over a shared store (ADR 0019): {@link chasqui.mailbox.custody.SharedStore} makes of
/// {@link chasqui.mailbox.store.shared.SharedTables} the store that stripes know, and the custodian keeps the right to
/// serve slots, and passes it on.
///
/// Nothing here has a thread of its own: everything but what says otherwise is an event of {@link chasqui.mailbox.custody.Loop}.
package chasqui.mailbox.custody;
