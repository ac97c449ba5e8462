package chasqui.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SimNodeTest {
  private final SimWorld world = new SimWorld(1, Trace.silent(), UnaryOperator.identity());
  private final SimNode node = world.node("a");
  private final List<String> ran = new ArrayList<>();

  private void runTo(long nanos) {
    world.scheduler().runUntil(nanos);
  }

  @Test
  void timersDieWithTheirIncarnation() {
    node.start(self -> self.schedule(100, () -> ran.add("timer " + self.incarnation())));
    runTo(50);
    node.crash(true);
    assertFalse(node.isAlive());
    node.restart();
    runTo(1000);
    assertEquals(List.of("timer 2"), ran);
  }

  @Test
  void aDeadNodeRunsNothing() {
    node.start(_ -> {});
    node.crash(true);
    node.execute(() -> ran.add("never"));
    runTo(1000);
    assertEquals(List.of(), ran);
  }

  @Test
  void aPausedNodeCatchesUpInOrder() {
    node.start(self -> {
      self.schedule(10, () -> ran.add("first"));
      self.schedule(20, () -> ran.add("second"));
    });
    runTo(5);
    node.pause();
    runTo(100);
    assertEquals(List.of(), ran);
    node.resume();
    runTo(100);
    assertEquals(List.of("first", "second"), ran);
  }

  @Test
  void aNodeKilledWhilePausedForgets() {
    node.start(self -> self.schedule(10, () -> ran.add("never " + self.incarnation())));
    runTo(5);
    node.pause();
    runTo(100);
    node.crashFor(1000, true);
    runTo(200);
    node.resume();
    runTo(1_105);
    assertTrue(node.isAlive());
    assertEquals(List.of(), ran);
  }

  @Test
  void theClockJumpsButTheTickerDoesNot() {
    node.start(_ -> {});
    runTo(1_000_000_000);
    assertEquals(SimClock.BEGIN.plusSeconds(1), node.clock().instant());
    node.clock().jump(Duration.ofHours(-1));
    assertEquals(SimClock.BEGIN.plusSeconds(1 - 3600), node.clock().instant());
    assertEquals(1_000_000_000, node.clock().nanoTime());
    assertEquals(SimClock.BEGIN.plusSeconds(1), world.node("b").clock().instant());
  }

  @Test
  void theExecutorServiceRunsOnSimulatedTime() {
    node.start(self -> {
      ScheduledExecutorService timers = self.executor();
      timers.schedule(() -> ran.add("once"), 25, TimeUnit.NANOSECONDS);
      Future<?> ticks = timers.scheduleAtFixedRate(() -> ran.add("tick"), 10, 10, TimeUnit.NANOSECONDS);
      timers.schedule(() -> ticks.cancel(false), 35, TimeUnit.NANOSECONDS);
      Future<String> later = timers.submit(() -> "value");
      assertThrows(IllegalStateException.class, later::get);
      timers.execute(() -> ran.add(later.resultNow()));
    });
    runTo(1000);
    assertEquals(List.of("value", "tick", "tick", "once", "tick"), ran);
  }

  @Test
  void aTaskThatThrowsEndsTheSimulation() {
    node.start(self -> self.executor().execute(() -> {
      throw new IllegalStateException("bug");
    }));
    assertThrows(IllegalStateException.class, () -> runTo(10));
  }

  @Test
  void aCrashPointEndsTheNodeAtTheNthArrival() {
    node.start(self -> {
      for (int i = 1; i <= 3; i++) {
        ran.add(self.incarnation() + " before " + i);
        self.crashPoints().reach("commit");
      }
    });
    node.crashPoints().arm("commit", 2, 500);
    runTo(400);
    assertEquals(List.of("1 before 1", "1 before 2"), ran);
    assertFalse(node.isAlive());
    runTo(600);
    assertEquals(List.of("1 before 1", "1 before 2", "2 before 1", "2 before 2", "2 before 3"), ran);
    assertEquals(5, node.crashPoints().arrivals("commit"));
  }

  @Test
  void catchingTheCrashDoesNotUndoIt() {
    node.start(self -> {
      try {
        self.crashPoints().reach("commit");
      } catch (Throwable swallowed) {
        self.execute(() -> ran.add("never"));
      }
    });
    node.crashPoints().arm("commit", 1, 500);
    runTo(400);
    assertFalse(node.isAlive());
    assertEquals(List.of(), ran);
  }
}
