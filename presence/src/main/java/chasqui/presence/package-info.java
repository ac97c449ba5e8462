/// Who is online, was last seen when, and is typing: soft state that is coalesced and dropped first.
package chasqui.presence;
