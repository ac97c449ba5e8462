package chasqui.mailbox;

import chasqui.link.Allowance;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.Refusal;

/// How much may be appended to one conversation, whoever appends: by its one owner, so exactly. What is charged is what an
/// append causes, by the number of members. Only what is new and would be accepted is held against it.
///
/// Behind a refused append of a device its later ones are refused too, until it was sent again: a device may have sent
/// them before it knew, and they must not overtake it. One that never does is held back for some seconds.
final class ConversationBudgets {

  /// What there is a budget for; by name in metrics and refusals.
  enum Budget {
    CONVERSATION_SENDS("more was sent to the conversation than it may take"),
    MEMBERSHIPS("the members of the conversation were changed more often than they may be");

    final String words;

    Budget(String words) {
      this.words = words;
    }
  }

  /// The state of one conversation's budgets; forgotten with the conversation's state.
  static final class Left {
    private Allowance sends;
    private Allowance memberships;
  }

  private static final long PAUSE_MIN_MILLIS = 250;
  private static final long GRACE_MILLIS = 5_000;

  private final MailboxConfig.Budgets limits;
  private final MailboxMetrics metrics;

  ConversationBudgets(MailboxConfig.Budgets limits, MailboxMetrics metrics) {
    this.limits = limits;
    this.metrics = metrics;
  }

  /// Why an append has to wait that would overtake a refused one; null if it would not.
  ///
  /// @param counter the device's; null for ids that are not counted, which have no order
  Refusal overtaking(Counter counter, Append append, long nowMicros) {
    if (counter == null || counter.refused == 0) {
      return null;
    }
    long nowMillis = nowMicros / 1_000;
    long number = ClientMessageId.counter(append.getClientMessageId());
    // The clock may be put back: what was refused in the future has nothing to say.
    boolean recent = nowMillis >= counter.refusedMillis && nowMillis < counter.againMillis + GRACE_MILLIS;
    if (number > counter.refused && recent) {
      return Refusals.rateLimited(
          Budget.CONVERSATION_SENDS, "an append before it has to be sent again first",
          Math.max(PAUSE_MIN_MILLIS, counter.againMillis - nowMillis));
    }
    if (number >= counter.refused) {
      counter.refused = 0;
    }
    return null;
  }

  /// Takes what a new append costs; why it has to wait where the budget is spent, else null.
  Refusal take(ConversationState state, Counter counter, Append append, long nowMicros) {
    long nowMillis = nowMicros / 1_000;
    Budget budget = budgetOf(append);
    Allowance left = left(state, budget, nowMillis);
    if (left.isOpen(nowMillis)) {
      left.charge(Math.max(1, state.roster.members() / (double) limits.membersPerUnit()), nowMillis);
      return null;
    }
    long pause = Math.max(PAUSE_MIN_MILLIS, left.pause(nowMillis));
    if (counter != null) {
      // Those above one that was refused do not come here.
      counter.refused = ClientMessageId.counter(append.getClientMessageId());
      counter.refusedMillis = nowMillis;
      counter.againMillis = nowMillis + pause;
    }
    metrics.budgetSpent(budget);
    return Refusals.rateLimited(budget, budget.words, pause);
  }

  private static Budget budgetOf(Append append) {
    return switch (append.getChangeCase()) {
      case ADD_MEMBERS, REMOVE_MEMBER, SET_ROLE, RENAME -> Budget.MEMBERSHIPS;
      case MESSAGE, EDIT, DELETION, REACTION, PIN, CREATE, CHANGE_NOT_SET -> Budget.CONVERSATION_SENDS;
    };
  }

  private Allowance left(ConversationState state, Budget budget, long nowMillis) {
    Left left = state.budgets;
    return switch (budget) {
      case CONVERSATION_SENDS -> {
        left.sends = left.sends == null ? limits.sends().allowance(nowMillis) : left.sends;
        yield left.sends;
      }
      case MEMBERSHIPS -> {
        left.memberships = left.memberships == null ? limits.memberships().allowance(nowMillis) : left.memberships;
        yield left.memberships;
      }
    };
  }
}
