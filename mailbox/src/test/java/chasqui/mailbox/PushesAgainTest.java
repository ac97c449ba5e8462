package chasqui.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.log.v1.Entry;
import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.MarksStored;
import chasqui.mailbox.v1.Push;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Heads that were taken over reach one router, or every session compares.
class PushesAgainTest {

  private final PushesAgain again = new PushesAgain();
  private final RecordingPort one = new RecordingPort();
  private final RecordingPort two = new RecordingPort();

  private static Push push(String conversation, int bytes) {
    return Push.newBuilder().setConversationId(conversation)
        .setEntry(Entry.newBuilder().setSeq(7).setClientMessageId(ByteString.copyFrom(new byte[bytes]))).build();
  }

  @Test
  void oneRouterGetsThem() {
    again.attached(one);
    again.attached(two);
    again.push(List.of(push("a", 1), push("b", 1)), true);
    assertEquals(2, one.pushes().size() + two.pushes().size());
    assertEquals(0, again.waiting());
  }

  @Test
  void theyWaitForARouter() {
    again.push(List.of(push("a", 1)), true);
    again.attached(one);
    again.detached(one);
    again.push(List.of(push("b", 1)), true);
    assertEquals(1, again.waiting());
    again.attached(two);
    assertEquals(List.of("a"), one.pushes().stream().map(Push::getConversationId).toList());
    assertEquals(List.of("b"), two.pushes().stream().map(Push::getConversationId).toList());
  }

  @Test
  void aRouterWhoseLinkHasEndedIsPassedOver() {
    again.attached(one);
    again.attached(two);
    one.ended = again;
    again.push(List.of(push("a", 1)), true);
    assertEquals(List.of("a"), two.pushes().stream().map(Push::getConversationId).toList());
    two.ended = again;
    again.push(List.of(push("b", 1)), true);
    again.push(List.of(), false);
    assertEquals(0, two.missed, "nobody would hear of it");
    RecordingPort three = new RecordingPort();
    again.attached(three);
    assertEquals(1, three.missed);
  }

  @Test
  void aLinkThatEndsWhileItIsGivenPushesHandsThemBack() {
    RecordingPort ending = new RecordingPort() {
      @Override
      public void emit(MailboxEvent event) {
        super.emit(event);
        ended = again;
      }
    };
    again.push(List.of(push("a", 1), push("b", 1), push("c", 1)), true);
    again.attached(ending);
    assertEquals(List.of("a"), ending.pushes().stream().map(Push::getConversationId).toList());
    assertEquals(2, again.waiting());
    again.attached(two);
    assertEquals(List.of("b", "c"), two.pushes().stream().map(Push::getConversationId).toList());
  }

  @Test
  void onlyWhatSessionsMissIsBroughtAgain() {
    MarksStored marks = MarksStored.newBuilder().setConversationId("a").addMarkedUsers("alice").build();
    again.attached(two);
    again.undelivered(MailboxEvent.newBuilder().setPush(push("a", 1)).build());
    again.undelivered(MailboxEvent.newBuilder().setResponse(MailboxResponse.getDefaultInstance()).build());
    again.undelivered(MailboxEvent.newBuilder().setMarksStored(marks).build());
    assertEquals(2, two.events.size());
    assertEquals(marks, two.events.getLast().getMarksStored());
  }

  @Test
  void tooManyToNameAreMissedByAll() {
    again.attached(one);
    again.attached(two);
    again.push(List.of(), false);
    assertEquals(1, one.missed);
    assertEquals(1, two.missed);
  }

  @Test
  void whatDoesNotFindRoomIsMissedByWhoeverAttaches() {
    again.push(IntStream.rangeClosed(0, PushesAgain.PUSHES_MAX).mapToObj(i -> push("c" + i, 1)).toList(), true);
    assertEquals(0, again.waiting());
    again.push(List.of(push("large", (int) PushesAgain.BYTES_MAX)), true);
    again.attached(one);
    again.attached(two);
    assertEquals(1, one.missed);
    assertEquals(0, two.missed);
    assertEquals(0, one.pushes().size());
  }
}
