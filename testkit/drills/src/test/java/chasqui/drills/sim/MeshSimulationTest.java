package chasqui.drills.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.drills.sim.mesh.NodeSetup;
import chasqui.testkit.process.JavaCommand;
import chasqui.testkit.process.JavaProcess;
import chasqui.testkit.sim.Outcome;
import chasqui.testkit.sim.SimRandom;
import chasqui.testkit.sim.SimRun;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeshSimulationTest {
  private static final Duration LIMIT = Duration.ofSeconds(110);

  @Test
  void a_run_is_not_empty() {
    MeshSimulation simulation = new MeshSimulation(MeshShape.EMBEDDED);
    assertEquals(List.of(), SimRun.of(7, simulation).violations());
    assertTrue(simulation.verdict().acked() > 20, () -> simulation.verdict().toJson());
    assertTrue(simulation.verdict().delivered().values().stream().allMatch(entries -> entries > 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"embedded", "shared"})
  void the_same_seed_is_the_same_run_in_another_process(String shape) {
    JavaCommand command = new JavaCommand("chasqui.drills.Main")
        .arguments("sim", "--shape", shape, "--seeds", "1", "--from", "5", "--json");
    try (JavaProcess other = command.start()) {
      SimReport here = sweep(1).run(List.of(Trial.mesh(5, MeshShape.valueOf(shape.toUpperCase(Locale.ROOT)))), List.of());
      String there = other.awaitLine("trace_hash", LIMIT);
      assertTrue(there.contains("\"trace_hash\":\"" + here.traceHash() + "\""), () -> there + "\n" + here.json());
    }
  }

  @Test
  void another_seed_is_another_run() {
    Outcome one = SimRun.of(5, new MeshSimulation(MeshShape.EMBEDDED));
    assertFalse(one.traceHash().equals(SimRun.of(6, new MeshSimulation(MeshShape.EMBEDDED)).traceHash()));
  }

  /// If none of these were drawn, much would go untried without notice.
  @Test
  void every_shape_of_a_mesh_is_drawn() {
    TreeSet<Integer> nodes = new TreeSet<>();
    TreeSet<Boolean> tight = new TreeSet<>();
    TreeSet<String> names = new TreeSet<>();
    for (long seed = 1; seed <= 400; seed++) {
      MeshPlan plan = MeshPlan.draw(new SimRandom(seed).split("plan"));
      nodes.add(plan.nodes().size());
      tight.add(plan.tight());
      plan.nodes().stream().map(NodeSetup::name).forEach(names::add);
    }
    assertTrue(nodes.containsAll(List.of(1, 2, 4, 5, 6, 7)), nodes::toString);
    assertEquals(2, tight.size());
    assertTrue(names.containsAll(List.of("node", "edge", "mailbox", "router2", "registry2")), names::toString);
  }

  /// The judge must be able to say no: an answer that precedes its sync is lost by some crash.
  @Test
  void a_store_that_answers_before_it_has_synced_is_found_out() {
    SimReport report = sweep(Runtime.getRuntime().availableProcessors()).run(
        Trial.range(1, 4, seed -> new Trial(seed, "hasty", "", () -> new MeshSimulation(MeshShape.EMBEDDED, null, true))),
        List.of());
    assertFalse(report.holds());
  }

  /// Several mailboxes over one store: people talk, slots move in good order and are taken over, and nothing breaks.
  @Test
  void a_mesh_with_several_mailboxes_talks_and_moves_slots() {
    TreeMap<String, Long> happened = new TreeMap<>();
    for (long seed = 1; seed <= 3; seed++) {
      MeshSimulation simulation = new MeshSimulation(MeshShape.SHARED);
      assertEquals(List.of(), SimRun.of(seed, simulation).violations());
      assertTrue(simulation.verdict().acked() > 0, () -> simulation.verdict().toJson());
      simulation.happenings().forEach((what, times) -> happened.merge(what, times, Long::sum));
    }
    assertTrue(happened.keySet().containsAll(
        List.of("batches", "seals won", "slots handed over", "slots taken over", "incarnations marked replayed")),
        happened::toString);
  }

  private static SeedSweep sweep(int threads) {
    return new SeedSweep(threads, _ -> {});
  }

  @Test
  void the_seeds_that_failed_before_are_read() {
    assertTrue(FailedSeeds.ofMesh().contains(118L));
  }
}
