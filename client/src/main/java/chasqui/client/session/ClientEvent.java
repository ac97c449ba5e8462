package chasqui.client.session;

import chasqui.edge.v1.Error;
import chasqui.edge.v1.Welcome;
import chasqui.error.v1.Reason;
import chasqui.log.v1.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What the listener is told, in order.
public sealed interface ClientEvent {

  /// A stream stands. Where an older one is still open, both are read until the new one has caught up.
  record Connected(long connectNumber, int endpoint, Welcome welcome) implements ClientEvent {}

  /// Everything missed when this stream began has been delivered.
  record CaughtUp(long connectNumber, int conversations) implements ClientEvent {}

  /// An entry, once and in `seq` order within its conversation.
  ///
  /// After a crash of the client between this call and the moment the position was written, the entry is shown again
  /// at the next start, unless the application gives its own positions back when it builds the client.
  ///
  /// @param own whether this device sent it
  record EntryReceived(String conversationId, long generation, Entry entry, boolean own) implements ClientEvent {}

  /// A message of this device reached its end; told whether or not somebody waits for it, also for messages of an
  /// earlier run.
  record SendSettled(SendOutcome outcome) implements ClientEvent {}

  /// The server told a head without entries: this device now begins after `head`. What is before it is history, to be
  /// paged on demand.
  ///
  /// @param from what was shown before, or 0
  record HeadMoved(String conversationId, long generation, long from, long head) implements ClientEvent {}

  /// The conversation was restored or failed over: positions of the older generation are forgotten, and entries come
  /// again from where the server counts.
  record GenerationChanged(String conversationId, long before, long now) implements ClientEvent {}

  /// Another member began to type, or stopped: told so, by an entry of theirs, or because nothing was heard for 6 seconds.
  record TypingChanged(String conversationId, String userId, boolean typing) implements ClientEvent {}

  /// Another member received or read more, on some device; read implies received. May come late or not at all: what counts
  /// is the highest, and [chasqui.client.Conversations#receipts] asks for it.
  ///
  /// @param read whether it was read, not only received
  /// @param seq everything up to here
  record ReceiptMoved(String conversationId, long generation, String userId, boolean read, long seq)
      implements ClientEvent {}

  /// The person's own read mark moved, here or on another device.
  ///
  /// @param unreadMessages messages of others that were left to read then
  /// @param unreadMentions how many of these mention the person
  record ReadMoved(String conversationId, long generation, long seq, long unreadMessages, long unreadMentions)
      implements ClientEvent {}

  /// A user who is watched came online, or went offline: 60 seconds after the last sign of life of their last device. Told
  /// first when it is known; nothing is ever told of users who share no 1:1 conversation with this one, or who are hidden.
  ///
  /// @param lastSeen of one who is offline: when any of their devices was, to the minute, if both users show that
  record PresenceChanged(String userId, boolean online, Optional<Instant> lastSeen) implements ClientEvent {}

  /// No stream stands. The next attempt follows by itself.
  record Disconnected(Reason reason, String message, Duration retryIn) implements ClientEvent {}

  /// An attempt to open a stream failed. The next one follows by itself.
  record ConnectFailed(int endpoint, Reason reason, String message, Duration retryIn) implements ClientEvent {}

  /// The node leaves; the next stream is opened after `reconnectAfter`, then this one is closed.
  record Draining(long connectNumber, Duration deadline, Duration reconnectAfter) implements ClientEvent {}

  /// The token ends soon; a fresh one is being fetched.
  record AuthExpiring(Instant expireTime) implements ClientEvent {}

  /// The token was refused or ran out; a fresh one is being fetched.
  record AuthExpired(String message) implements ClientEvent {}

  /// The server could not honour a frame of this client.
  record FrameRefused(Error error) implements ClientEvent {}

  /// The server ended the session for good; [Stopped] follows.
  record Evicted(Reason reason, String message) implements ClientEvent {}

  /// The last event: nothing is sent or received any more.
  record Stopped(StopCause cause, String message) implements ClientEvent {}
}
