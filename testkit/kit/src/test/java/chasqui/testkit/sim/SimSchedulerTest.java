package chasqui.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimSchedulerTest {
  private final SimScheduler scheduler = new SimScheduler(Trace.silent());
  private final List<String> ran = new ArrayList<>();

  private Runnable says(String what) {
    return () -> ran.add(what + "@" + scheduler.nowNanos());
  }

  @Test
  void runsByTimeThenInTheOrderOfScheduling() {
    scheduler.at(20, says("c"));
    scheduler.at(10, says("a"));
    scheduler.at(20, says("d"));
    scheduler.after(10, says("b"));
    scheduler.execute(says("now"));
    assertTrue(scheduler.runUntilIdle(100));
    assertEquals(List.of("now@0", "a@10", "b@10", "c@20", "d@20"), ran);
  }

  @Test
  void whatIsScheduledForThePastRunsNow() {
    scheduler.at(10, () -> scheduler.at(3, says("late")));
    scheduler.runUntilIdle(100);
    assertEquals(List.of("late@10"), ran);
  }

  @Test
  void timeStandsAtTheEndOfTheStretch() {
    scheduler.at(10, says("in"));
    scheduler.at(11, says("out"));
    scheduler.runUntil(10);
    assertEquals(List.of("in@10"), ran);
    scheduler.runFor(0);
    assertEquals(10, scheduler.nowNanos());
    scheduler.runFor(90);
    assertEquals(100, scheduler.nowNanos());
    assertEquals(2, scheduler.executed());
  }

  @Test
  void aCancelledTaskDoesNotRun() {
    SimTimer timer = scheduler.at(5, says("never"));
    assertTrue(timer.isPending());
    timer.cancel();
    timer.cancel();
    assertFalse(timer.isPending());
    scheduler.runUntil(10);
    assertEquals(List.of(), ran);
    assertFalse(scheduler.step());
  }

  @Test
  void aMillionRearmedTimersDoNotFillTheQueue() {
    for (int i = 0; i < 2 * SimScheduler.EVENTS_WAITING_MAX / 10; i++) {
      scheduler.at(1_000_000_000, says("heartbeat")).cancel();
    }
    scheduler.at(1, says("alive"));
    assertTrue(scheduler.waiting() < 30_000);
    scheduler.runUntilIdle(10);
    assertEquals(List.of("alive@1"), ran);
  }

  @Test
  void anEndlessSimulationIsCutOff() {
    scheduler.execute(new Runnable() {
      @Override
      public void run() {
        scheduler.after(1, this);
      }
    });
    assertFalse(scheduler.runUntilIdle(1000));
    assertEquals(1000, scheduler.executed());
  }
}
