package chasqui.edge.session;

import chasqui.mailbox.v1.Caller;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.router.v1.TypingSignalled;

/// What the parts of one session share.
final class SessionContext {

  final SessionShared shared;
  final OutboundWriter out;
  private final RouterPort router;
  private final Afterwards afterwards;
  private Caller caller;
  private boolean over;

  /// What follows every event and every answer.
  interface Afterwards {
    void afterwards(long nowMillis);

    /// The code failed.
    void fail(long nowMillis);
  }

  SessionContext(SessionShared shared, OutboundWriter out, RouterPort router, Afterwards afterwards) {
    this.shared = shared;
    this.out = out;
    this.router = router;
    this.afterwards = afterwards;
  }

  /// Asks an owner on behalf of the device. Answers that come after the end of the session go nowhere.
  RouterPort.Taken ask(MailboxRequest.Builder request, RouterPort.Answer answer) {
    RouterPort.Taken taken = router.request(request.setCaller(caller), (response, nowMillis) -> {
      if (over) {
        return;
      }
      try {
        answer.answered(response, nowMillis);
        afterwards.afterwards(nowMillis);
      } catch (RuntimeException bug) {
        afterwards.fail(nowMillis);
        throw bug;
      }
    });
    if (taken == RouterPort.Taken.FULL) {
      metrics().odd(SessionMetrics.Oddity.ROUTER_FULL);
    }
    return taken;
  }

  /// Passes a typing signal of the device on; false where it was dropped.
  boolean typing(String conversationId, boolean typing) {
    return router.typing(TypingSignalled.newBuilder()
        .setConversationId(conversationId).setUserId(caller.getUserId()).setTyping(typing).build());
  }

  int slotOf(String conversationId) {
    return router.slotOf(conversationId);
  }

  SessionLimits limits() {
    return shared.limits();
  }

  SessionMetrics metrics() {
    return shared.metrics();
  }

  Backoff backoff() {
    return new Backoff(limits().timing());
  }

  void caller(Caller known) {
    caller = known;
  }

  Caller caller() {
    return caller;
  }

  void over() {
    over = true;
  }

  boolean isOver() {
    return over;
  }
}
