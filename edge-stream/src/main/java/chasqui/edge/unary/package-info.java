/// The unary services for clients and internal callers: conversations, history, messages, devices. All asynchronous over
/// the same links to owners as the streams; nothing blocks. Every refusal is made by {@link chasqui.status.Statuses}.
///
/// Order of a call: authentication (who), validation (limits of the schema), a place among the open calls, the user's
/// sign-outs, then the owner decides.
package chasqui.edge.unary;
