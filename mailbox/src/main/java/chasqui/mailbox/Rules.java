package chasqui.mailbox;

import chasqui.log.v1.Entry;
import chasqui.log.v1.Message;
import chasqui.mailbox.Decision.Accepted;
import chasqui.mailbox.Decision.Refused;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.Refusal;

/// Who may append what: decided here and nowhere else, on the tip of the conversation.
///
/// To whoever is no member a conversation does not exist, whatever is asked; what is wrong with a request beside that is
/// told to members only.
final class Rules {

  static final int USER_ID_BYTES_MAX = 64;

  private final MailboxConfig.Conversations limits;
  private final MemberRules memberRules;
  private final CreateRules createRules;

  Rules(MailboxConfig.Conversations limits, ConversationIds ids) {
    this.limits = limits;
    this.memberRules = new MemberRules(limits);
    this.createRules = new CreateRules(limits, ids);
  }

  /// The rules of creating; asked before there is a conversation.
  CreateRules create() {
    return createRules;
  }

  /// Decides about anything but the creation.
  Decision decide(ConversationState state, String userId, Append append) {
    Membership caller = state.roster.open(userId);
    if (caller == null) {
      return new Refused(Refusals.NOT_FOUND);
    }
    return switch (append.getChangeCase()) {
      case MESSAGE -> message(state, caller, append.getMessage());
      case ADD_MEMBERS -> memberRules.add(state, caller, append.getAddMembers());
      case REMOVE_MEMBER -> memberRules.remove(state, caller, append.getRemoveMember());
      case SET_ROLE -> memberRules.setRole(state, caller, append.getSetRole());
      case RENAME -> memberRules.rename(state, caller, append.getRename());
      case CREATE -> throw new IllegalStateException("a creation is decided by CreateRules");
      case CHANGE_NOT_SET -> new Refused(Refusals.invalid("change", "one of the known changes"));
    };
  }

  private Decision message(ConversationState state, Membership caller, Message message) {
    if (message.getContentCase() == Message.ContentCase.CONTENT_NOT_SET) {
      return new Refused(Refusals.invalid("message.content", "text, attachments or opaque"));
    }
    if (message.getSerializedSize() > limits.messageBytesMax()) {
      return new Refused(Refusals.tooLarge(limits.messageBytesMax()));
    }
    long replyTo = message.getReplyToSeq();
    if (replyTo != 0 && (replyTo < 0 || replyTo > state.tipHead || !caller.sees(replyTo))) {
      return new Refused(Refusals.invalid("message.reply_to_seq", "an entry that the sender may read"));
    }
    return new Accepted(Entry.newBuilder().setMessage(message));
  }

  /// What is wrong with a user id; null if nothing is.
  static Refusal userProblem(String field, String userId) {
    return userId.isEmpty() || utf8Bytes(userId) > USER_ID_BYTES_MAX
        ? Refusals.invalid(field, "1 to " + USER_ID_BYTES_MAX + " bytes")
        : null;
  }

  /// What is wrong with a title; null if nothing is.
  static Refusal titleProblem(MailboxConfig.Conversations limits, String field, String title) {
    int charactersMax = limits.titleCharactersMax();
    return title.isEmpty() || title.codePointCount(0, title.length()) > charactersMax
        ? Refusals.invalid(field, "1 to " + charactersMax + " characters")
        : null;
  }

  private static int utf8Bytes(String text) {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      // A surrogate pair is two units and four bytes.
      bytes += unit < 0x80 ? 1 : unit < 0x800 || Character.isSurrogate(unit) ? 2 : 3;
    }
    return bytes;
  }
}
