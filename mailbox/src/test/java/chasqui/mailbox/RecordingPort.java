package chasqui.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.Appended;
import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Push;
import chasqui.mailbox.v1.Refusal;
import java.util.ArrayList;
import java.util.List;

/// Keeps what a stripe emits, in order.
public class RecordingPort implements MailboxPort {

  public final List<MailboxEvent> events = new ArrayList<>();
  boolean congested;
  public int missed;
  // Where what comes after its end is handed back to; null where it is kept.
  PushesAgain ended;

  @Override
  public void emit(MailboxEvent event) {
    if (ended == null) {
      events.add(event);
    } else {
      ended.undelivered(event);
    }
  }

  @Override
  public boolean isOpen() {
    return ended == null;
  }

  @Override
  public void flush() {}

  @Override
  public boolean isCongested() {
    return congested;
  }

  @Override
  public void missed() {
    missed++;
  }

  /// The one answer to a request.
  public MailboxResponse answer(long requestId) {
    List<MailboxResponse> answers = answers(requestId);
    assertEquals(1, answers.size(), "answers to request " + requestId);
    return answers.getFirst();
  }

  public boolean isAnswered(long requestId) {
    return !answers(requestId).isEmpty();
  }

  private List<MailboxResponse> answers(long requestId) {
    return events.stream()
        .filter(MailboxEvent::hasResponse)
        .map(MailboxEvent::getResponse)
        .filter(response -> response.getRequestId() == requestId)
        .toList();
  }

  public Appended appended(long requestId) {
    MailboxResponse answer = answer(requestId);
    assertTrue(answer.hasAppended(), () -> "expected an append, got " + answer);
    return answer.getAppended();
  }

  public Refusal refusal(long requestId) {
    MailboxResponse answer = answer(requestId);
    assertTrue(answer.hasRefusal(), () -> "expected a refusal, got " + answer);
    return answer.getRefusal();
  }

  public Reason reason(long requestId) {
    return refusal(requestId).getReason();
  }

  public List<Push> pushes() {
    return events.stream().filter(MailboxEvent::hasPush).map(MailboxEvent::getPush).toList();
  }

  public List<Appended> appends() {
    return events.stream()
        .filter(event -> event.hasResponse() && event.getResponse().hasAppended())
        .map(event -> event.getResponse().getAppended())
        .toList();
  }
}
