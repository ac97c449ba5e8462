package chasqui.client.session;

import chasqui.edge.v1.Send;
import chasqui.error.v1.Reason;
import chasqui.log.v1.Message;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The limits that stand in the schema, checked before a message gets into the outbox: what the server must refuse would
/// only wait there in vain.
final class MessageRules {
  static final int MESSAGE_BYTES_MAX = 64 << 10;
  private static final int CONVERSATION_ID_BYTES_MAX = 64;
  private static final int TEXT_BYTES_MAX = 65_000;
  private static final int ATTACHMENTS_MAX = 10;
  private static final int MENTIONS_MAX = 100;
  private static final int EMOJI_BYTES_MAX = 64;

  private MessageRules() {}

  /// What is wrong with a message or a change of one, if anything.
  ///
  /// @param messageBytesMax the limit that the server told, or [#MESSAGE_BYTES_MAX]
  static Optional<Submission> broken(Send send, int messageBytesMax) {
    int idBytes = utf8Bytes(send.getConversationId());
    if (idBytes < 1 || idBytes > CONVERSATION_ID_BYTES_MAX) {
      return invalid("conversation_id", "1 to " + CONVERSATION_ID_BYTES_MAX + " bytes, has " + idBytes);
    }
    return switch (send.getChangeCase()) {
      case MESSAGE -> broken(send.getMessage(), messageBytesMax);
      case EDIT -> target(send.getEdit().getTargetSeq()).or(() -> broken(send.getEdit().getMessage(), messageBytesMax));
      case DELETION -> target(send.getDeletion().getTargetSeq());
      case REACTION -> {
        int emojiBytes = utf8Bytes(send.getReaction().getEmoji());
        yield emojiBytes < 1 || emojiBytes > EMOJI_BYTES_MAX
            ? invalid("emoji", "1 to " + EMOJI_BYTES_MAX + " bytes, has " + emojiBytes)
            : target(send.getReaction().getTargetSeq());
      }
      case PIN -> target(send.getPin().getTargetSeq());
      case CHANGE_NOT_SET -> invalid("change", "a message or a change of one");
    };
  }

  private static Optional<Submission> target(long seq) {
    return seq == 0 ? invalid("target_seq", "1 or more") : Optional.empty();
  }

  private static Optional<Submission> broken(Message message, int messageBytesMax) {
    int bytes = message.getSerializedSize();
    if (bytes > messageBytesMax) {
      return Optional.of(new Submission.Invalid(
          Reason.REASON_TOO_LARGE, "the message has " + bytes + " bytes, at most " + messageBytesMax + " are allowed"));
    }
    if (message.getMentionedUsersCount() > MENTIONS_MAX) {
      return invalid("mentioned_users", "at most " + MENTIONS_MAX + ", has " + message.getMentionedUsersCount());
    }
    return switch (message.getContentCase()) {
      case TEXT -> sized("text", utf8Bytes(message.getText().getText()));
      case OPAQUE -> sized("ciphertext", message.getOpaque().getCiphertext().size());
      case ATTACHMENTS -> {
        int count = message.getAttachments().getAttachmentsCount();
        yield count >= 1 && count <= ATTACHMENTS_MAX
            ? Optional.empty()
            : invalid("attachments", "1 to " + ATTACHMENTS_MAX + ", has " + count);
      }
      case REMOVED, CONTENT_NOT_SET -> invalid("content", "text, attachments or ciphertext");
    };
  }

  private static Optional<Submission> sized(String field, int bytes) {
    return bytes >= 1 && bytes <= TEXT_BYTES_MAX
        ? Optional.empty()
        : invalid(field, "1 to " + TEXT_BYTES_MAX + " bytes, has " + bytes);
  }

  private static Optional<Submission> invalid(String field, String expectation) {
    return Optional.of(new Submission.Invalid(Reason.REASON_INVALID_FIELD, field + ": expected " + expectation));
  }

  private static int utf8Bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
