package chasqui.drills.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.mailbox.MailboxConfig;
import chasqui.testkit.sim.Outcome;
import chasqui.testkit.sim.SimRun;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelSimulationTest {

  @Test
  void a_short_play_is_as_the_model_says_and_not_empty() {
    ModelSimulation simulation = new ModelSimulation(250);
    assertEquals(List.of(), SimRun.of(3, simulation).violations());
    assertTrue(simulation.verdict().acked() > 50, () -> simulation.verdict().toJson());
  }

  /// The comparison must be able to say no.
  @Test
  void a_mesh_that_allows_less_than_the_model_is_found_out() {
    MailboxConfig.Changes model = ModelSimulation.LIMITS;
    MailboxConfig.Changes less = new MailboxConfig.Changes(
        Duration.ofMillis(1), model.emojisMax(), model.changesMax(), model.perUserMax(), model.pinsMax(), model.targetsMax(),
        model.rowsMax());
    Outcome outcome = SimRun.of(3, new ModelSimulation(250, less));
    assertTrue(outcome.violations().stream().anyMatch(violation -> violation.startsWith("differs from the model")),
        () -> "violations: " + outcome.violations());
  }

  @Test
  void the_seeds_that_failed_before_are_read() {
    assertTrue(FailedSeeds.ofModel().contains(11L));
  }
}
