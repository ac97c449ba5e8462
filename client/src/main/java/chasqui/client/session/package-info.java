/// The thinking part of the client, without threads, clocks or sockets: what happened and when goes in through
/// [chasqui.client.session.SessionCore], what is to be done comes out through [chasqui.client.session.SessionEffects].
///
/// Who holds what: `SessionCore` the streams and which of them speaks; `Dialer` when to open the next one and with which
/// token; `SendQueue` the messages that are not answered yet; `Feeds` what was shown of every conversation, what is held
/// back behind a gap and which ranges were asked for; `AckBook` what is to be acked and to be written down.
package chasqui.client.session;
