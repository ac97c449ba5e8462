package chasqui.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.testkit.sim.FaultMenu.Kind;
import chasqui.testkit.sim.FaultMenu.Pair;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
  private static final FaultMenu EVERYTHING = new FaultMenu(
      List.of(Kind.values()),
      List.of("a", "b"),
      List.of("b"),
      List.of(new Pair("a", "b")),
      List.of("ack.before"),
      1_000_000_000,
      500_000_000,
      8);

  @Test
  void thePlanIsAFunctionOfTheSeed() {
    Set<Class<?>> kinds = new HashSet<>();
    for (long seed = 0; seed < 200; seed++) {
      FaultPlan plan = FaultPlan.draw(new SimRandom(seed), EVERYTHING);
      assertEquals(plan, FaultPlan.draw(new SimRandom(seed), EVERYTHING));
      assertTrue(plan.faults().size() <= 8);
      long before = 0;
      for (TimedFault fault : plan.faults()) {
        assertTrue(fault.atNanos() >= before && fault.atNanos() < 1_000_000_000);
        before = fault.atNanos();
        kinds.add(fault.fault().getClass());
      }
    }
    assertEquals(Set.of(Fault.class.getPermittedSubclasses()), kinds);
  }

  @Test
  void everyFaultCanHappenAndEnd() {
    for (long seed = 0; seed < 50; seed++) {
      Outcome outcome = SimRun.twice(seed, world -> {
        world.disk(world.node("b"));
        world.node("a").start(self -> self.executor().scheduleAtFixedRate(
            () -> self.crashPoints().reach("ack.before"), 0, 10, TimeUnit.MILLISECONDS));
        world.node("b").start(_ -> {});
        world.faults(EVERYTHING);
        world.scheduler().runUntil(2_000_000_000);
        world.heal();
        if (!world.node("a").isAlive() || !world.node("b").isAlive()) {
          world.violation("somebody is dead");
        }
      });
      assertEquals(List.of(), outcome.violations());
    }
  }

  @Test
  void shrinkingKeepsExactlyWhatIsNeeded() {
    List<TimedFault> faults = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      faults.add(new TimedFault(i, new Fault.ClockJump("a", i)));
    }
    FaultPlan smallest = new FaultPlan(faults)
        .shrink(plan -> plan.faults().contains(faults.get(3)) && plan.faults().contains(faults.get(17)), 100);
    assertEquals(List.of(faults.get(3), faults.get(17)), smallest.faults());
  }
}
