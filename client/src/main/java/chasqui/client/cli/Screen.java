package chasqui.client.cli;

import chasqui.conversation.v1.Conversation;
import chasqui.device.v1.Device;
import chasqui.log.v1.Entry;
import chasqui.log.v1.FoldedEntry;
import chasqui.people.v1.PresenceVisibility;
import chasqui.people.v1.UserPresence;
import java.time.Instant;
import java.util.Optional;

/// Where the chat shows itself. Called by several threads.
interface Screen {

  /// An entry of the conversation.
  ///
  /// @param own whether this device sent it
  /// @param history whether it was read from the log, not delivered
  void entry(String conversationId, Entry entry, boolean own, boolean history);

  /// A message or event as later entries have made it, from history.
  ///
  /// @param numbered whether its `seq` is wanted, to be named in a command
  void folded(String conversationId, FoldedEntry entry, boolean own, boolean numbered);

  /// An earlier message was changed.
  ///
  /// @param now how it is now
  /// @param own whether this device changed it
  void changed(String conversationId, FoldedEntry now, Entry by, boolean own);

  /// Somebody else began to type in the conversation, or stopped.
  void typing(String userId, boolean typing);

  /// A member received or read more.
  ///
  /// @param news whether it is the first time that the member has read the person's newest message
  void receipt(String userId, boolean read, long seq, boolean news);

  /// The person's own read mark moved, here or on another device.
  void unread(long readSeq, long messages, long mentions);

  /// A member came online, or went offline.
  void presence(String userId, boolean online, Optional<Instant> lastSeen);

  /// How somebody is who was asked for.
  void seen(UserPresence presence);

  /// What is shown of the person's own presence.
  void shows(PresenceVisibility visibility);

  /// One of the person's conversations.
  void conversation(Conversation conversation, String me);

  /// One of the person's devices.
  void device(Device device, boolean isThis);

  /// An answer to a command, or something that happened elsewhere.
  void note(String text);

  /// The connection changed.
  void state(State state, String detail);

  /// Something the person asked for failed.
  void problem(String text);

  /// How the connection is.
  enum State {
    CONNECTED,
    RECONNECTING,
    DRAINING,
    ENDED
  }
}
