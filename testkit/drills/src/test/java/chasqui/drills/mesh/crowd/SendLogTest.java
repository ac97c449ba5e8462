package chasqui.drills.mesh.crowd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SendLogTest {

  @Test
  void recoveryEndsWithTheLastLateAnswer() {
    SendLog log = new SendLog();
    long begin = System.nanoTime();
    log.settled(log.begin(null), null);
    SendLog.Sending late = log.begin(null);
    late.endNanos = late.startNanos + 3_000_000_000L;
    SendLog.Window window = log.between(begin, begin + 10_000_000_000L);
    assertEquals(2, window.size());
    double expected = (late.endNanos - begin) / 1e6;
    assertEquals(expected, window.recoveredAfterMillis(1_000_000_000L), 0.001);
    assertEquals(0.5, window.ackedWithin(1_000_000_000L));
    assertEquals(0, window.recoveredAfterMillis(4_000_000_000L));
    assertEquals(1, window.lateInWords(1_000_000_000L).size());
    // The window ended before the answer came: what the rest of the time was spent on is not its matter.
    assertEquals(2_000, log.between(begin, begin + 2_000_000_000L).recoveredAfterMillis(1_000_000_000L), 0.001);
    assertEquals(0, log.between(begin, begin + 900_000_000L).recoveredAfterMillis(1_000_000_000L));
  }

  @Test
  void aRefusedOneIsNotAcked() {
    SendLog log = new SendLog();
    long begin = System.nanoTime();
    SendLog.Sending open = log.begin(null);
    assertFalse(log.allSettled());
    log.settled(open, new IllegalStateException("refused"));
    assertTrue(log.allSettled());
    SendLog.Window window = log.between(begin, System.nanoTime());
    assertEquals(1, window.refused());
    assertEquals(0, window.ackedWithin(1_000_000_000L));
    assertEquals(0, log.between(begin - 10, begin).size());
    assertEquals(0, log.between(System.nanoTime(), System.nanoTime() + 10).size());
  }

  @Test
  void whatWasUnderWayAtTheBeginningCounts() {
    SendLog log = new SendLog();
    SendLog.Sending before = log.begin(null);
    long begin = before.startNanos + 100_000_000L;
    before.endNanos = begin + 2_000_000_000L;
    SendLog.Window window = log.between(begin, begin + 5_000_000_000L);
    assertEquals(1, window.size());
    assertEquals(2_000, window.recoveredAfterMillis(1_000_000_000L), 0.001);
  }

  @Test
  void theStandardLoadIsDividedAndSaysSo() {
    CrowdPlan plan = CrowdPlan.standardDividedBy(20);
    assertEquals(70, plan.users());
    assertEquals(50, plan.perSecond());
    assertEquals("98 sessions, 50 msg/s: the standard load divided by 20 and 20", plan.words(98));
    assertEquals(0, CrowdPlan.of(41, 10).users() % 2);
  }
}
