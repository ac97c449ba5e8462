package chasqui.mailbox;

import chasqui.log.v1.Deletion;
import chasqui.log.v1.Edit;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Pin;
import chasqui.log.v1.Reaction;
import chasqui.log.v1.Role;
import chasqui.mailbox.Decision.Accepted;
import chasqui.mailbox.Decision.Refused;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Who may change a message later, and how far. A message that the caller may not read, one that is not there and one that
/// is deleted are one answer.
final class ChangeRules {

  private static final int EMOJI_BYTES_MAX = 64;
  private static final int BESIDE_BYTES_MAX = 128;
  private static final Refused NO_MESSAGE = new Refused(Refusals.NO_MESSAGE);
  private static final Refused PERMISSION_DENIED = new Refused(Refusals.PERMISSION_DENIED);
  private static final Refused NO_CHANGE = new Refused(Refusals.NO_CHANGE);

  private final MailboxConfig.Changes limits;
  private final Rules rules;

  ChangeRules(MailboxConfig.Changes limits, Rules rules) {
    this.limits = limits;
    this.rules = rules;
  }

  /// The message that the append is to change; 0 if it changes none.
  static long targetOf(Append append) {
    return switch (append.getChangeCase()) {
      case EDIT -> append.getEdit().getTargetSeq();
      case DELETION -> append.getDeletion().getTargetSeq();
      case REACTION -> append.getReaction().getTargetSeq();
      case PIN -> append.getPin().getTargetSeq();
      default -> 0;
    };
  }

  static boolean isChange(Append append) {
    return append.hasEdit() || append.hasDeletion() || append.hasReaction() || append.hasPin();
  }

  /// What can be told without the message: null if it has to be looked at.
  Refused before(ConversationState state, String userId, Append append) {
    Membership caller = state.roster.open(userId);
    if (caller == null) {
      return new Refused(Refusals.NOT_FOUND);
    }
    if (!Rules.mayName(state, caller, targetOf(append))) {
      return NO_MESSAGE;
    }
    return sizeBeside(append) > BESIDE_BYTES_MAX
        ? new Refused(Refusals.invalid("change", "at most " + BESIDE_BYTES_MAX + " bytes beside the message"))
        : null;
  }

  /// What a change comes to without the new content of an edit. Fields that nobody knows count: they would be stored, in
  /// the index too, from which all changes of a message are read at once.
  private static int sizeBeside(Append append) {
    return switch (append.getChangeCase()) {
      case EDIT -> append.getEdit().getSerializedSize() - append.getEdit().getMessage().getSerializedSize();
      case DELETION -> append.getDeletion().getSerializedSize();
      case REACTION -> append.getReaction().getSerializedSize();
      case PIN -> append.getPin().getSerializedSize();
      default -> 0;
    };
  }

  Decision decide(ConversationState state, String userId, Append append, Target target, long nowMicros) {
    Refused told = before(state, userId, append);
    if (told != null) {
      return told;
    }
    Membership caller = state.roster.open(userId);
    if (append.hasDeletion()) {
      return delete(state, caller, append.getDeletion(), target, nowMicros);
    }
    if (!target.isMessage || target.deleted) {
      return NO_MESSAGE;
    }
    return switch (append.getChangeCase()) {
      case EDIT -> edit(state, caller, append.getEdit(), target, nowMicros);
      case REACTION -> react(caller, append.getReaction(), target);
      case PIN -> pin(state, caller, append.getPin(), target);
      default -> throw new IllegalStateException("no change of a message: " + append.getChangeCase());
    };
  }

  private Decision edit(ConversationState state, Membership caller, Edit edit, Target target, long nowMicros) {
    if (!caller.userId.equals(target.author)) {
      return PERMISSION_DENIED;
    }
    if (isTooLate(target, nowMicros)) {
      return new Refused(Refusals.tooLate(limits.authorWindow()));
    }
    Refusal problem = rules.messageProblem(state, caller, edit.getMessage());
    if (problem == null && target.addedBy(caller.userId) >= limits.perUserMax()) {
      problem = Refusals.tooMany("changes of one message by one user", limits.perUserMax());
    }
    return problem != null ? new Refused(problem) : new Accepted(Entry.newBuilder().setEdit(edit));
  }

  private Decision delete(
      ConversationState state, Membership caller, Deletion deletion, Target target, long nowMicros) {
    if (!target.isMessage) {
      return NO_MESSAGE;
    }
    boolean moderates = state.isGroup() && caller.role != Role.ROLE_MEMBER;
    if (!moderates && !caller.userId.equals(target.author)) {
      return PERMISSION_DENIED;
    }
    if (!moderates && isTooLate(target, nowMicros)) {
      return new Refused(Refusals.tooLate(limits.authorWindow()));
    }
    if (target.deleted) {
      return NO_CHANGE;
    }
    return new Accepted(
        Entry.newBuilder().setDeletion(deletion), null, null, without(state.tipPins, target.seq),
        List.copyOf(target.emptied));
  }

  private Decision react(Membership caller, Reaction reaction, Target target) {
    String emoji = reaction.getEmoji();
    if (emoji.isEmpty() || Rules.utf8Bytes(emoji) > EMOJI_BYTES_MAX) {
      return new Refused(Refusals.invalid("reaction.emoji", "1 to " + EMOJI_BYTES_MAX + " bytes"));
    }
    if (target.hasReaction(caller.userId, emoji) != reaction.getRemoved()) {
      return NO_CHANGE;
    }
    Refusal full = reaction.getRemoved() ? null : full(caller, target);
    if (full == null && !reaction.getRemoved()) {
      full = emojisFull(caller, emoji, target);
    }
    return full != null ? new Refused(full) : new Accepted(Entry.newBuilder().setReaction(reaction));
  }

  private Refusal emojisFull(Membership caller, String emoji, Target target) {
    if (!target.hasEmoji(emoji) && target.emojis() >= limits.emojisMax()) {
      return Refusals.tooMany("different reactions to one message", limits.emojisMax());
    }
    return target.emojisOf(caller.userId) >= limits.userEmojisMax()
        ? Refusals.tooMany("reactions of one user to one message", limits.userEmojisMax())
        : null;
  }

  /// Whether reactions and pins of the message are used up: by one user, who cannot use up those of others, or by all.
  /// What was set may always be taken back.
  private Refusal full(Membership caller, Target target) {
    if (target.addedBy(caller.userId) >= limits.perUserMax()) {
      return Refusals.tooMany("changes of one message by one user", limits.perUserMax());
    }
    return target.additions >= limits.changesMax()
        ? Refusals.tooMany("changes of one message", limits.changesMax())
        : null;
  }

  private Decision pin(ConversationState state, Membership caller, Pin pin, Target target) {
    if (state.isGroup() && caller.role == Role.ROLE_MEMBER) {
      return PERMISSION_DENIED;
    }
    long seq = pin.getTargetSeq();
    if (state.tipPins.contains(seq) != pin.getRemoved()) {
      return NO_CHANGE;
    }
    Entry.Builder entry = Entry.newBuilder().setPin(pin);
    if (pin.getRemoved()) {
      return new Accepted(entry, without(state.tipPins, seq));
    }
    Refusal full = full(caller, target);
    if (full != null) {
      return new Refused(full);
    }
    if (state.tipPins.size() >= limits.pinsMax()) {
      return new Refused(Refusals.tooMany("pins in one conversation", limits.pinsMax()));
    }
    List<Long> pins = new ArrayList<>(state.tipPins);
    pins.add(seq);
    return new Accepted(entry, List.copyOf(pins));
  }

  private boolean isTooLate(Target target, long nowMicros) {
    return nowMicros - target.stampMicros > TimeUnit.NANOSECONDS.toMicros(limits.authorWindow().toNanos());
  }

  private static List<Long> without(List<Long> pins, long seq) {
    return pins.stream().filter(pin -> pin != seq).toList();
  }
}
