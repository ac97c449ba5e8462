package chasqui.mailbox;

import chasqui.log.fold.Changes;
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
  private static final int MENTIONS_MAX = 100;

  private final MailboxConfig.Conversations limits;
  private final MemberRules memberRules;
  private final CreateRules createRules;
  private final ChangeRules changeRules;

  Rules(MailboxConfig.Conversations limits, MailboxConfig.Changes changeLimits, ConversationIds ids) {
    this.limits = limits;
    this.changeRules = new ChangeRules(changeLimits, this);
    this.memberRules = new MemberRules(limits);
    this.createRules = new CreateRules(limits, ids);
  }

  /// The rules of creating; asked before there is a conversation.
  CreateRules create() {
    return createRules;
  }

  /// The rules of changing messages; asked once the message is known.
  ChangeRules changes() {
    return changeRules;
  }

  /// Decides about what needs to know no message.
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
      case CREATE, EDIT, DELETION, REACTION, PIN ->
          throw new IllegalStateException("decided elsewhere: " + append.getChangeCase());
      case CHANGE_NOT_SET -> new Refused(Refusals.invalid("change", "one of the known changes"));
    };
  }

  private Decision message(ConversationState state, Membership caller, Message message) {
    Refusal problem = messageProblem(state, caller, message);
    return problem != null ? new Refused(problem) : new Accepted(Entry.newBuilder().setMessage(message));
  }

  /// What is wrong with a message, as a whole or as the new content of one; null if nothing is. Mentions of users who are
  /// no members are let pass: a refusal would tell who is one.
  Refusal messageProblem(ConversationState state, Membership caller, Message message) {
    if (Changes.saysNothing(message)) {
      return Refusals.invalid("message.content", "text, attachments or opaque");
    }
    if (message.getSerializedSize() > limits.messageBytesMax()) {
      return Refusals.tooLarge(limits.messageBytesMax());
    }
    if (message.getMentionedUsersCount() > MENTIONS_MAX) {
      return Refusals.invalid("message.mentioned_users", "at most " + MENTIONS_MAX + " users");
    }
    // By the membership alone, so that a message needs no read: what is replied to may be deleted, or no message.
    long replyTo = message.getReplyToSeq();
    return replyTo == 0 || mayName(state, caller, replyTo) ? null : Refusals.NO_MESSAGE;
  }

  /// True if the entry is there, queued ones included, and the caller may read it. Everything else is one answer.
  static boolean mayName(ConversationState state, Membership caller, long seq) {
    return seq > 0 && seq <= state.tipHead && caller.sees(seq);
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

  static int utf8Bytes(String text) {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      // A surrogate pair is two units and four bytes.
      bytes += unit < 0x80 ? 1 : unit < 0x800 || Character.isSurrogate(unit) ? 2 : 3;
    }
    return bytes;
  }
}
