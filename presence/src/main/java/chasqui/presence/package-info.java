/// Who is online, in the registry role: soft state by user slot, fed and asked by edges over `PresenceLinkService`.
///
/// {@link chasqui.presence.PresenceBook} thinks, {@link chasqui.presence.PresenceService} carries. It knows nothing of who
/// may see whom: edges ask only for users whom their sessions may see. Who is typing is not here: routers bring that to
/// the members of a conversation. Last seen is not there yet: it will be a row of the user's slot at the mailbox.
package chasqui.presence;
