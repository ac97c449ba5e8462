package chasqui.edge.session;

import chasqui.edge.v1.Send;
import chasqui.edge.v1.SendAccepted;
import chasqui.edge.v1.SendRejected;
import chasqui.edge.v1.ServerFrame;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.Appended;
import chasqui.mailbox.v1.IdKind;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Refusal;
import com.google.protobuf.ByteString;
import java.time.Duration;

/// Takes sends and answers each with one frame, whatever the state of deliveries.
final class SendDesk {

  private static final int COUNTER_BYTES = 8;

  private final SessionContext session;
  private final SendBudget budget;
  private final OwnSends ownSends;
  private int unanswered;

  /// What is kept of a send until it is answered: not the message.
  private record Asked(String conversationId, ByteString clientMessageId) {}

  /// Takes note of the place that an own send took.
  @FunctionalInterface
  interface OwnSends {
    void accepted(Appended appended, long nowMillis);
  }

  SendDesk(SessionContext session, SendBudget budget, OwnSends ownSends) {
    this.session = session;
    this.budget = budget;
    this.ownSends = ownSends;
  }

  /// Sends that have no answer yet.
  int unanswered() {
    return unanswered;
  }

  /// @param violation what the schema's limits say against the frame, or null
  void send(Send send, String violation, long nowMillis) {
    Asked asked = new Asked(send.getConversationId(), send.getClientMessageId());
    int bytes = Contents.of(send).getSerializedSize();
    int bytesMax = session.limits().inbound().messageBytesMax();
    if (bytes > bytesMax) {
      reject(asked, Reason.REASON_TOO_LARGE, "the message has " + bytes + " bytes, at most " + bytesMax, 0, nowMillis);
      return;
    }
    if (violation == null) {
      violation = violation(send);
    }
    if (violation != null) {
      reject(asked, Reason.REASON_INVALID_FIELD, violation, 0, nowMillis);
      return;
    }
    SendBudget.Wait wait = budget.send(send, counter(send), nowMillis);
    if (wait != null) {
      reject(asked, Reason.REASON_RATE_LIMITED, wait.why(), wait.pauseMillis(), nowMillis);
      return;
    }
    RouterPort.Taken taken = session.ask(
        MailboxRequest.newBuilder().setAppend(Contents.append(send)
            .setConversationId(send.getConversationId())
            .setClientMessageId(send.getClientMessageId())
            .setIdKind(IdKind.ID_KIND_COUNTED)),
        (response, now) -> answered(asked, response, now));
    long retryMillis = session.limits().timing().retryFirst().toMillis();
    switch (taken) {
      case TAKEN -> unanswered++;
      case FULL -> reject(asked, Reason.REASON_OVERLOADED, "too many requests wait", retryMillis, nowMillis);
      case UNREACHABLE -> reject(asked, Reason.REASON_UNAVAILABLE, "no router is reachable", retryMillis, nowMillis);
    }
  }

  /// What the schema says in words only.
  private static String violation(Send send) {
    if (Contents.lacksContent(send)) {
      return send.hasEdit() ? Contents.EDIT_WITHOUT : Contents.MESSAGE_WITHOUT;
    }
    return counter(send) == 0 ? "send.client_message_id: the counter in its first 8 bytes must be 1 or more" : null;
  }

  /// The device's counter; of an id that the schema lets pass.
  private static long counter(Send send) {
    long counter = 0;
    for (int i = 0; i < COUNTER_BYTES; i++) {
      counter = counter << Byte.SIZE | send.getClientMessageId().byteAt(i) & 0xff;
    }
    return counter;
  }

  private void answered(Asked asked, MailboxResponse response, long nowMillis) {
    unanswered--;
    if (response.getOutcomeCase() != MailboxResponse.OutcomeCase.APPENDED) {
      Refusal refusal = response.getRefusal();
      budget.refused(refusal.getReason(), nowMillis);
      reject(asked, refusal.getReason(), refusal.getMessage(), refusal.getRetryAfterMs(), nowMillis);
      return;
    }
    Appended appended = response.getAppended();
    budget.sent(appended, nowMillis);
    session.out.control(
        ServerFrame.newBuilder()
            .setSendAccepted(SendAccepted.newBuilder()
                .setConversationId(asked.conversationId())
                .setClientMessageId(asked.clientMessageId())
                .setSeq(appended.getSeq())
                .setStampMicros(appended.getStampMicros())
                .setGeneration(appended.getGeneration()))
            .build(),
        nowMillis);
    ownSends.accepted(appended, nowMillis);
  }

  private void reject(Asked asked, Reason reason, String message, long retryMillis, long nowMillis) {
    SendRejected.Builder rejected = SendRejected.newBuilder()
        .setConversationId(asked.conversationId())
        .setClientMessageId(asked.clientMessageId())
        .setReason(reason)
        .setMessage(message);
    if (retryMillis > 0) {
      rejected.setRetryAfter(ServerFrames.duration(Duration.ofMillis(retryMillis)));
    }
    session.metrics().sendRejected(reason);
    session.out.control(ServerFrame.newBuilder().setSendRejected(rejected).build(), nowMillis);
  }
}
