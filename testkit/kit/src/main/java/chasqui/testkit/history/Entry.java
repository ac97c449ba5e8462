package chasqui.testkit.history;

/// One log entry as a client saw it, reduced to what the promises speak about.
///
/// @param seq its place in the conversation, 1 and up
/// @param kind what sort of entry it is
/// @param senderUser who sent it; empty for an entry that the service made itself
/// @param senderDevice the device it was sent from; empty for a caller without one
/// @param messageId the sender's `client_message_id` in any stable spelling; empty when nobody sent it
/// @param payloadHash [PayloadHash] of the content
/// @param targetSeq for an edit, delete or erase the `seq` it changes; 0 otherwise
public record Entry(
    long seq,
    Kind kind,
    String senderUser,
    String senderDevice,
    String messageId,
    long payloadHash,
    long targetSeq) {

  /// The sort of an entry, in the kit's own words so that it does not depend on a protocol.
  public enum Kind {
    MESSAGE,
    EDIT,
    DELETE,
    REACTION,
    PIN,
    MEMBERSHIP,
    TITLE,
    RETENTION,
    TOMBSTONE,
    OTHER
  }

  /// A plain message: what `send` stored at `seq`.
  public static Entry message(long seq, Send send, long payloadHash) {
    return new Entry(seq, Kind.MESSAGE, send.user(), send.device(), send.messageId(), payloadHash, 0);
  }

  /// An entry that nobody sent: a membership change, a title, a retention rule.
  public static Entry system(long seq, Kind kind) {
    return new Entry(seq, kind, "", "", "", 0, 0);
  }
}
