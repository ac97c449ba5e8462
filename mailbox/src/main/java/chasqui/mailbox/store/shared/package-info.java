/// The rows of a data set that several mailbox nodes share, as interfaces: one for each aggregate, implemented by each
/// shared store and by the simulator. What they mean together is told by ADR 0019; the logic is in `chasqui.mailbox.custody`.
///
/// Every stage completes on a thread of the store, or before the call returns. It completes exceptionally with
/// {@link chasqui.mailbox.store.StoreException}: `UNKNOWN` where a write may have been done, now or later; `BUSY`, `FULL` and
/// `CLOSED` where it certainly was not. Every stage completes, within the time that the store gives a request. Nothing is
/// tried again below these interfaces.
package chasqui.mailbox.store.shared;
