package chasqui.mailbox;

import static chasqui.mailbox.Harness.by;
import static chasqui.mailbox.Harness.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.error.v1.Reason;
import chasqui.log.v1.Message;
import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.Push;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class AppendTest {

  private final Harness mailbox = new Harness();

  @Test
  void entriesOfManySendersAreDenseAndInTheOrderOfArrival() {
    String conversation = mailbox.direct();
    List<Long> requests = new ArrayList<>();
    for (int i = 1; i <= 50; i++) {
      requests.add(mailbox.submit(mailbox.send("alice", conversation, i, "a" + i)));
      requests.add(mailbox.submit(mailbox.send("bob", conversation, i, "b" + i)));
      if (i % 7 == 0) {
        mailbox.settle();
      }
    }
    mailbox.settle();
    List<Long> seqs = requests.stream().map(id -> mailbox.port.appended(id).getSeq()).toList();
    assertEquals(LongStream.rangeClosed(2, 101).boxed().toList(), seqs);
    assertEquals(LongStream.rangeClosed(1, 101).boxed().toList(), Harness.seqs(mailbox.read("bob", conversation, 0, 200)));
  }

  @Test
  void nothingIsAnsweredOrReadableBeforeTheCommit() {
    String conversation = mailbox.direct();
    mailbox.held.hold("commit");
    long send = mailbox.run(mailbox.send("alice", conversation, 1, "hello"));
    assertFalse(mailbox.port.isAnswered(send));
    assertEquals(1, mailbox.port.pushes().size(), "the creation alone");
    assertEquals(1, mailbox.read("bob", conversation, 0, 9).getHead());

    mailbox.held.release("commit");
    mailbox.settle();
    assertEquals(2, mailbox.port.appended(send).getSeq());
    assertEquals(2, mailbox.read("bob", conversation, 0, 9).getHead());
  }

  @Test
  void theAnswerComesBeforeThePushOfItsEntry() {
    String conversation = mailbox.direct();
    mailbox.submit(mailbox.send("alice", conversation, 1, "one"));
    mailbox.submit(mailbox.send("bob", conversation, 1, "two"));
    mailbox.settle();
    List<String> order = mailbox.port.events.stream().map(AppendTest::brief).toList();
    assertEquals(List.of("answer 1", "push 1", "answer 2", "push 2", "answer 3", "push 3"), order);
  }

  private static String brief(MailboxEvent event) {
    return event.hasPush()
        ? "push " + event.getPush().getEntry().getSeq()
        : "answer " + event.getResponse().getAppended().getSeq();
  }

  @Test
  void thePushGoesWhereTheAppendCameFrom() {
    String conversation = mailbox.direct();
    RecordingPort other = new RecordingPort();
    mailbox.submit(mailbox.send("alice", conversation, 1, "one"), other);
    mailbox.settle();
    assertEquals(1, other.pushes().size());
    assertEquals(1, mailbox.port.pushes().size(), "the creation alone");
  }

  @Test
  void stampsRiseEvenIfTheClockGoesBack() {
    String conversation = mailbox.direct();
    mailbox.nowMicros -= 5_000_000;
    long one = mailbox.run(mailbox.send("alice", conversation, 1, "one"));
    long two = mailbox.run(mailbox.send("alice", conversation, 2, "two"));
    mailbox.restart();
    long three = mailbox.run(mailbox.send("alice", conversation, 3, "three"));
    assertEquals(Harness.START_MICROS + 1, mailbox.port.appended(one).getStampMicros());
    assertEquals(Harness.START_MICROS + 2, mailbox.port.appended(two).getStampMicros());
    assertEquals(Harness.START_MICROS + 3, mailbox.port.appended(three).getStampMicros());
  }

  @Test
  void theSenderIsTheCallerWhateverThePayloadSays() {
    String conversation = mailbox.direct();
    mailbox.run(by("bob", "bob-laptop").setAppend(message(conversation, 1, "I am alice")));
    Push push = mailbox.port.pushes().getLast();
    assertEquals("bob", push.getEntry().getSenderUser());
    assertEquals("bob-laptop", push.getEntry().getSenderDevice());
    assertEquals(Harness.countedId(1), push.getEntry().getClientMessageId());
  }

  @Test
  void aStrangerCannotTellAForeignConversationFromAnAbsentOne() {
    String conversation = mailbox.direct();
    long foreign = mailbox.run(mailbox.send("mallory", conversation, 1, "hi"));
    long absent = mailbox.run(mailbox.send("mallory", "dabsent", 1, "hi"));
    assertEquals(mailbox.port.refusal(foreign), mailbox.port.refusal(absent));
    assertEquals(Reason.REASON_NOT_FOUND, mailbox.port.reason(foreign));
    assertEquals(0, mailbox.held.count("loadCounter"), "a stranger costs no look-up beyond the state");
  }

  @Test
  void malformedAppendsAreRefused() {
    String conversation = mailbox.direct();
    assertInvalid(mailbox.run(by("alice").setAppend(message(conversation, 1, "x").clearIdKind())));
    assertInvalid(mailbox.run(by("alice").setAppend(message(conversation, 0, "counter 0"))));
    assertInvalid(mailbox.run(by("alice").setAppend(message(conversation, 1, "x").clearClientMessageId())));
    assertInvalid(mailbox.run(by("alice").setAppend(message(conversation, 1, "x").clearMessage())));
    assertInvalid(mailbox.run(by("alice").setAppend(message(conversation, 1, "x").setMessage(Message.newBuilder()))));
    assertInvalid(mailbox.run(by("").setAppend(message(conversation, 1, "x"))));
    assertEquals(Reason.REASON_NOT_FOUND, mailbox.port.reason(mailbox.run(by("alice").setAppend(
        message(conversation, 1, "x").setMessage(Harness.text("x").toBuilder().setReplyToSeq(2))))));
    long tooLarge = mailbox.run(mailbox.send("alice", conversation, 1, "x".repeat(65_536)));
    assertEquals(Reason.REASON_TOO_LARGE, mailbox.port.reason(tooLarge));
    assertEquals("65536", mailbox.port.refusal(tooLarge).getMetadataOrThrow("max_bytes"));
  }

  private void assertInvalid(long request) {
    assertEquals(Reason.REASON_INVALID_FIELD, mailbox.port.reason(request));
    assertTrue(mailbox.port.refusal(request).containsMetadata("field"));
  }

  @Test
  void steadySendsReadNothingFromTheStore() {
    String conversation = mailbox.direct();
    mailbox.restart();
    mailbox.run(mailbox.send("alice", conversation, 1, "loads the state and the counter"));
    int before = mailbox.held.count("load") + mailbox.held.count("loadCounter");
    for (int i = 2; i < 20; i++) {
      mailbox.run(mailbox.send("alice", conversation, i, "steady"));
    }
    assertEquals(before, mailbox.held.count("load") + mailbox.held.count("loadCounter"));
    assertEquals(0, mailbox.held.count("findId"));
    assertEquals(0, mailbox.held.count("readLog"));
  }

  @Test
  void anUnknownOperationIsUnimplemented() {
    assertEquals(Reason.REASON_UNIMPLEMENTED, mailbox.port.reason(mailbox.run(by("alice"))));
  }
}
