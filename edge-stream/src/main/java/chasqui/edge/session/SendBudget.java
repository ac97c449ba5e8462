package chasqui.edge.session;

import chasqui.edge.budget.Budgets;
import chasqui.edge.budget.Spent;
import chasqui.edge.v1.Send;
import chasqui.error.v1.Reason;
import chasqui.link.Allowance;
import chasqui.mailbox.v1.Appended;
import java.util.function.Predicate;

/// What a device may send and ask for, by the budgets of the edge. The user of the session has to be known.
final class SendBudget {

  private final SessionContext session;
  private final Predicate<String> known;
  private final Allowance device;
  private final HeldBack heldBack = new HeldBack();

  /// @param known conversations that the user is known to be in: naming one is no guess
  SendBudget(SessionContext session, Predicate<String> known, long nowMillis) {
    this.session = session;
    this.known = known;
    this.device = budgets().ofDevice(nowMillis);
  }

  /// A send that has to wait, and how long; null where it may go.
  ///
  /// @param counter the device's, of the send's id
  Wait send(Send send, long counter, long nowMillis) {
    String conversationId = send.getConversationId();
    long pause = heldBack.pause(conversationId, counter, nowMillis);
    if (pause > 0) {
      return new Wait("a send before it has to be sent again first", pause);
    }
    Spent spent = lookUp(conversationId, nowMillis);
    if (spent == null) {
      spent = budgets().send(device, user(), nowMillis);
    }
    if (spent == null) {
      return null;
    }
    heldBack.refused(conversationId, counter, spent.pauseMillis(), nowMillis);
    return new Wait(spent.budget().words(), spent.pauseMillis());
  }

  /// A range request or read mark that has to wait, and how long; null where it may go.
  Wait call(String conversationId, long nowMillis) {
    Spent spent = lookUp(conversationId, nowMillis);
    if (spent == null) {
      spent = budgets().call(user(), nowMillis);
    }
    return spent == null ? null : new Wait(spent.budget().words(), spent.pauseMillis());
  }

  void sent(Appended appended, long nowMillis) {
    budgets().sent(user(), appended, nowMillis);
  }

  /// An owner refused something that named a conversation.
  void refused(Reason reason, long nowMillis) {
    if (reason == Reason.REASON_NOT_FOUND) {
      budgets().missed(user(), nowMillis);
    }
  }

  private Spent lookUp(String conversationId, long nowMillis) {
    return known.test(conversationId) ? null : budgets().lookUp(user(), nowMillis);
  }

  private Budgets budgets() {
    return session.shared.budgets();
  }

  private String user() {
    return session.caller().getUserId();
  }

  record Wait(String why, long pauseMillis) {}
}
