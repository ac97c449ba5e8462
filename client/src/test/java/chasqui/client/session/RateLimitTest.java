package chasqui.client.session;

import static chasqui.client.Frames.accepted;
import static chasqui.client.Frames.rejected;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.v1.Send;
import chasqui.error.v1.Reason;
import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Sends that a budget holds back: later, once, and in order.
final class RateLimitTest {

  @Test
  void a_held_back_message_goes_out_again_when_the_server_said() {
    var session = Harness.live();
    session.submit("one");
    for (int round = 1; round <= 8; round++) {
      session.frame(1, rejected(session.sends(1).getLast(), Reason.REASON_RATE_LIMITED, 700));
      session.pass(699);
      assertEquals(round, session.sends(1).size(), "not before, however often it was held back");
      session.pass(1);
      assertEquals(round + 1, session.sends(1).size());
    }
    session.frame(1, accepted(session.sends(1).getLast(), 1));
    assertEquals(1, session.events(ClientEvent.SendSettled.class).size());
  }

  @Test
  void what_is_written_meanwhile_waits_behind_it() {
    var session = Harness.live();
    session.submit("one");
    session.submit("two");
    List<Send> first = session.sends(1);
    session.frame(1, rejected(first.get(0), Reason.REASON_RATE_LIMITED, 1_000));
    session.frame(1, rejected(first.get(1), Reason.REASON_RATE_LIMITED, 500));
    session.submit("three");
    session.pass(999);
    assertEquals(2, session.sends(1).size());
    session.pass(1);
    assertEquals(List.of("one", "two", "three"), texts(session.sends(1).subList(2, 5)));
  }

  /// A server that refuses at random, and all behind a refused one until that comes again, as edges and owners do.
  @Test
  void nothing_is_lost_doubled_or_overtaken_whatever_is_held_back() {
    for (int seed = 0; seed < 40; seed++) {
      var random = new Random(seed);
      var session = Harness.live();
      List<String> written = new ArrayList<>();
      List<String> stored = new ArrayList<>();
      Deque<Send> wire = new ArrayDeque<>();
      ByteString heldBack = null;
      int read = 0;
      for (int step = 0; step < 20_000 && (step < 200 || stored.size() < written.size()); step++) {
        if (step < 200 && random.nextBoolean()) {
          written.add("m" + step);
          session.submit("m" + step);
        }
        List<Send> sent = session.sends(1);
        wire.addAll(sent.subList(read, sent.size()));
        read = sent.size();
        if (!wire.isEmpty() && random.nextInt(3) > 0) {
          Send next = wire.poll();
          boolean waits = heldBack != null && !heldBack.equals(next.getClientMessageId());
          if (waits || random.nextInt(20) == 0) {
            heldBack = waits ? heldBack : next.getClientMessageId();
            session.frame(1, rejected(next, Reason.REASON_RATE_LIMITED, 1 + random.nextInt(50)));
          } else {
            heldBack = null;
            stored.add(next.getMessage().getText().getText());
            session.frame(1, accepted(next, stored.size()));
          }
        }
        session.pass(random.nextInt(20));
      }
      assertEquals(written, stored, "seed " + seed);
      assertTrue(written.size() > 50, "seed " + seed);
    }
  }

  private static List<String> texts(List<Send> sends) {
    return sends.stream().map(send -> send.getMessage().getText().getText()).toList();
  }
}
