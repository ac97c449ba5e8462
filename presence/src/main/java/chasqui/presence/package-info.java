/// Who is online, was last seen when, and is typing: soft state that is coalesced and dropped first.
///
/// Nothing here yet: typing, presence and receipts are in the client's schema and answered as unimplemented. What will be
/// derived here comes from the session registry's sessions of a user.
package chasqui.presence;
