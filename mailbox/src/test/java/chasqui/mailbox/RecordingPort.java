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
final class RecordingPort implements MailboxPort {

  final List<MailboxEvent> events = new ArrayList<>();
  boolean congested;
  int missed;

  @Override
  public void emit(MailboxEvent event) {
    events.add(event);
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
  MailboxResponse answer(long requestId) {
    List<MailboxResponse> answers = answers(requestId);
    assertEquals(1, answers.size(), "answers to request " + requestId);
    return answers.getFirst();
  }

  boolean isAnswered(long requestId) {
    return !answers(requestId).isEmpty();
  }

  private List<MailboxResponse> answers(long requestId) {
    return events.stream()
        .filter(MailboxEvent::hasResponse)
        .map(MailboxEvent::getResponse)
        .filter(response -> response.getRequestId() == requestId)
        .toList();
  }

  Appended appended(long requestId) {
    MailboxResponse answer = answer(requestId);
    assertTrue(answer.hasAppended(), () -> "expected an append, got " + answer);
    return answer.getAppended();
  }

  Refusal refusal(long requestId) {
    MailboxResponse answer = answer(requestId);
    assertTrue(answer.hasRefusal(), () -> "expected a refusal, got " + answer);
    return answer.getRefusal();
  }

  Reason reason(long requestId) {
    return refusal(requestId).getReason();
  }

  List<Push> pushes() {
    return events.stream().filter(MailboxEvent::hasPush).map(MailboxEvent::getPush).toList();
  }

  List<Appended> appends() {
    return events.stream()
        .filter(event -> event.hasResponse() && event.getResponse().hasAppended())
        .map(event -> event.getResponse().getAppended())
        .toList();
  }
}
