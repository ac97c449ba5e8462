/// Who is online, in the registry role: soft state by user slot, fed and asked by edges over `PresenceLinkService`.
///
/// {@link chasqui.presence.PresenceBook} thinks, {@link chasqui.presence.PresenceService} carries. It knows nothing of who
/// may see whom: edges ask only for users whom their sessions may see. Who is typing is not here: routers bring that to
/// the members of a conversation. When somebody was last seen, and what they show, is stored at the mailbox.
package chasqui.presence;
