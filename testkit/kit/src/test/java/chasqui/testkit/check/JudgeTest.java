package chasqui.testkit.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.testkit.history.Entry;
import chasqui.testkit.history.Observation.CursorAcked;
import chasqui.testkit.history.Observation.DeviceRegistered;
import chasqui.testkit.history.Observation.EntryShown;
import chasqui.testkit.history.Observation.FrameDelivered;
import chasqui.testkit.history.Observation.MemberJoined;
import chasqui.testkit.history.Observation.SendInvoked;
import chasqui.testkit.history.Observation.SendOk;
import chasqui.testkit.history.Observation.Watching;
import chasqui.testkit.history.Send;
import chasqui.testkit.history.View;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgeTest {

  /// 250,000 messages to one other device each: over a million observations, in the heap that all unit tests have.
  @Test
  void aMillionObservations() {
    Judge judge = new Judge();
    int conversations = 500;
    int messages = 500;
    for (int c = 0; c < conversations; c++) {
      for (String user : List.of("a" + c, "b" + c)) {
        judge.accept(new DeviceRegistered(user, user + "-phone", Watching.BOTH, 0));
        judge.accept(new MemberJoined(user, "conversation-" + c, 0));
      }
    }
    for (int m = 1; m <= messages; m++) {
      for (int c = 0; c < conversations; c++) {
        message(judge, c, m);
      }
    }
    Verdict verdict = judge.verdict();
    assertEquals(List.of(), verdict.violations());
    assertEquals(250_000, verdict.acked());
    assertTrue(verdict.observations() > 1_000_000);
  }

  private static void message(Judge judge, int c, int m) {
    String conversation = "conversation-" + c;
    Send send = new Send("a" + c, "a" + c + "-phone", conversation, "%020d-%d".formatted(m, c));
    Entry entry = Entry.message(m, send, m);
    View view = new View("b" + c + "-phone", conversation, 1);
    judge.accept(new SendInvoked(send, m, m));
    judge.accept(new SendOk(send, "session-a" + c, 1, m, m));
    judge.accept(new FrameDelivered(view, "session-b" + c, m - 1, m, List.of(entry), m));
    judge.accept(new EntryShown(view, entry, m));
    judge.accept(new CursorAcked(view, "session-b" + c, m, m));
  }

  @Test
  void aBrokenRunKeepsTheFirstWordsAndCountsAll() {
    Script script = Script.aliceAndBob();
    for (int m = 2; m < 302; m++) {
      script.sent("alice1", "m" + m, m);
    }
    Verdict verdict = script.judge();
    assertEquals(600, verdict.violationCount());
    assertEquals(300, verdict.lost());
    assertEquals(Findings.KEPT_PER_PROMISE, verdict.violations().size());
  }

  @Test
  void theVerdictAsJson() {
    String json = Script.aliceAndBob().sent("alice1", "hi", 2).judge().toJson();
    assertTrue(json.startsWith("{\"sent\":1,\"acked\":1,\"failed\":0,\"unknown\":0,"), json);
    assertTrue(json.contains("\"lost\":1,\"missing_deliveries\":2,\"duplicated\":0,\"out_of_order\":0,"), json);
    assertTrue(json.contains("\"delivered\":{\"alice1\":0,\"bob1\":0,\"bob2\":0}"), json);
    assertTrue(json.contains("\"violations_by_promise\":{\"NoLoss\":2,\"NoDuplicate\":0,"), json);
    assertTrue(json.contains("\"violations\":[{\"promise\":\"NoLoss\",\"details\":\"talk seq 2 "), json);
  }

  @Test
  void theVerdictIsGivenOnce() {
    Judge judge = new Judge();
    judge.verdict();
    assertThrows(IllegalStateException.class, judge::verdict);
    assertThrows(IllegalStateException.class, () -> judge.accept(new MemberJoined("a", "c", 0)));
  }

  @Test
  void anEmptyHistoryHolds() {
    assertEquals(List.of(), Judge.of(new ArrayList<>()).violations());
  }
}
