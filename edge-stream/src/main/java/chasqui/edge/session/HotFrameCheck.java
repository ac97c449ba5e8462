package chasqui.edge.session;

import build.buf.validate.OneofRules;
import build.buf.validate.ValidateProto;
import chasqui.edge.v1.Ack;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.Send;
import chasqui.log.v1.Message;
import chasqui.log.v1.OpaqueContent;
import chasqui.log.v1.TextContent;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import java.util.List;
import java.util.Set;

/// The check in front of {@link SchemaCheck} for the two hot frames: a `Send` of text or ciphertext and an `Ack` that
/// keep to the limits of the schema pass without it, anything else is handed on. The limits are read from the schema's
/// own rules at start, and a rule that is not understood here stops the start: so this can only save time, never differ.
public final class HotFrameCheck implements FrameCheck {

  private static final OneofRules REQUIRED = OneofRules.newBuilder().setRequired(true).build();

  private final FrameCheck schema;
  private final FieldLimit conversationId = FieldLimit.of(Send.getDescriptor(), "conversation_id");
  private final FieldLimit clientMessageId = FieldLimit.of(Send.getDescriptor(), "client_message_id");
  private final FieldLimit text = FieldLimit.of(TextContent.getDescriptor(), "text");
  private final FieldLimit ciphertext = FieldLimit.of(OpaqueContent.getDescriptor(), "ciphertext");
  private final FieldLimit scheme = FieldLimit.of(OpaqueContent.getDescriptor(), "scheme");
  private final FieldLimit positions = FieldLimit.of(Ack.getDescriptor(), "positions");
  private final FieldLimit positionId = FieldLimit.of(Position.getDescriptor(), "conversation_id");

  /// @param schema decides what is not plainly fine
  public HotFrameCheck(FrameCheck schema) {
    this.schema = schema;
    // Of a send's contents only the message is judged here: the others are handed on, as is a send with none.
    requireKnown(
        Send.getDescriptor(), Set.of("conversation_id", "client_message_id", "edit", "deletion", "reaction", "pin"),
        Set.of("change"));
    // Mentions and attachments are not judged here: frames with them are handed on.
    requireKnown(Message.getDescriptor(), Set.of("mentioned_users"), Set.of());
    requireKnown(TextContent.getDescriptor(), Set.of("text"), Set.of());
    requireKnown(OpaqueContent.getDescriptor(), Set.of("ciphertext", "scheme"), Set.of());
    requireKnown(Ack.getDescriptor(), Set.of("positions"), Set.of());
    requireKnown(Position.getDescriptor(), Set.of("conversation_id"), Set.of());
    requireKnown(ClientFrame.getDescriptor(), Set.of(), Set.of());
  }

  @Override
  public String violation(ClientFrame frame) {
    boolean isFine = switch (frame.getFrameCase()) {
      case SEND -> isFine(frame.getSend());
      case ACK -> isFine(frame.getAck());
      default -> false;
    };
    return isFine ? null : schema.violation(frame);
  }

  boolean isFine(Send send) {
    return send.hasMessage()
        && conversationId.allows(send.getConversationId())
        && clientMessageId.allows(send.getClientMessageId().size())
        && isFine(send.getMessage());
  }

  private boolean isFine(Message message) {
    if (message.getMentionedUsersCount() > 0) {
      return false;
    }
    return switch (message.getContentCase()) {
      case TEXT -> text.allows(message.getText().getText());
      case OPAQUE -> ciphertext.allows(message.getOpaque().getCiphertext().size())
          && scheme.allows(message.getOpaque().getScheme());
      case ATTACHMENTS, REMOVED, CONTENT_NOT_SET -> false;
    };
  }

  boolean isFine(Ack ack) {
    List<Position> all = ack.getPositionsList();
    if (!positions.allows(all.size())) {
      return false;
    }
    for (Position position : all) {
      if (!positionId.allows(position.getConversationId())) {
        return false;
      }
    }
    return true;
  }

  private static void requireKnown(Descriptor message, Set<String> known, Set<String> requiredOneofs) {
    boolean isWhole = message.getOptions().hasExtension(ValidateProto.message);
    for (FieldDescriptor field : message.getFields()) {
      isWhole |= !known.contains(field.getName()) && !FieldLimit.isFree(field);
    }
    for (OneofDescriptor oneof : message.getOneofs()) {
      isWhole |= oneof.getOptions().hasExtension(ValidateProto.oneof)
          && !(requiredOneofs.contains(oneof.getName()) && oneof.getOptions().getExtension(ValidateProto.oneof).equals(REQUIRED));
    }
    if (isWhole) {
      throw new IllegalStateException("the schema has a rule for " + message.getFullName() + " that is not checked here");
    }
  }
}
