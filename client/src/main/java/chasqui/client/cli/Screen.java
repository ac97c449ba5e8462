package chasqui.client.cli;

import chasqui.log.v1.Entry;

/// Where the chat shows itself. Called by several threads.
interface Screen {

  /// An entry of the conversation.
  ///
  /// @param own whether this device sent it
  /// @param history whether it was read from the log, not delivered
  void entry(String conversationId, Entry entry, boolean own, boolean history);

  /// Somebody else began to type in the conversation, or stopped.
  void typing(String userId, boolean typing);

  /// A member came online, or went offline.
  void presence(String userId, boolean online);

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
