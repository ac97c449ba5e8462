package chasqui.drills.sim;

import chasqui.drills.sim.device.SimDevice;
import chasqui.drills.sim.mesh.Mesh;
import chasqui.drills.sim.mesh.MeshSettings;
import chasqui.drills.sim.model.Play;
import chasqui.mailbox.MailboxConfig;
import chasqui.testkit.check.Judge;
import chasqui.testkit.check.Verdict;
import chasqui.testkit.sim.SimRandom;
import chasqui.testkit.sim.SimWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Ten people do thousands of random things over a mesh, and what is decided and seen is what a model says. The store is
/// quick and without a fault, so that every step has one outcome; nodes and devices die and come back.
final class ModelSimulation implements JudgedSimulation {

  static final int STEPS = 10_000;
  /// Small, so that they are met.
  static final MailboxConfig.Changes LIMITS = new MailboxConfig.Changes(Duration.ofMinutes(20), 8, 12, 5, 4, 256, 100);
  private static final List<String> USERS =
      List.of("ann", "bob", "cem", "dora", "eve", "finn", "gus", "hana", "ivo", "jill");

  private final int steps;
  private final MailboxConfig.Changes inMesh;
  private Verdict verdict;

  ModelSimulation(int steps) {
    this(steps, LIMITS);
  }

  /// @param inMesh what the mesh allows; the model goes by `LIMITS`, so that a difference can be made on purpose
  ModelSimulation(int steps, MailboxConfig.Changes inMesh) {
    this.steps = steps;
    this.inMesh = inMesh;
  }

  @Override
  public void play(SimWorld world) {
    BugLog.during(() -> run(world), world::violation);
  }

  private void run(SimWorld world) {
    SimRandom random = world.random().split("plan");
    MeshPlan plan = MeshPlan.draw(random);
    MeshSettings drawn = plan.settings();
    MeshSettings settings = new MeshSettings(
        drawn.slots(), drawn.edge(), drawn.router(), drawn.registry(), drawn.mailbox().withChanges(inMesh));
    Judge judge = new Judge();
    Watch watch = new Watch(judge, world.trace(), world::violation);
    Mesh mesh = new Mesh(world, settings, plan.nodes(), watch);
    mesh.start();
    List<SimDevice> devices = new ArrayList<>();
    for (String user : USERS) {
      long count = random.between(1, 2);
      for (int i = 1; i <= count; i++) {
        devices.add(new SimDevice(
            world, user, "d" + i, mesh.edges(), plan.habits(random).withoutReading(), mesh.latestClock(), watch));
      }
    }
    world.scheduler().runFor(2_000_000_000L);
    Ending ending = new Ending(world, mesh, devices);
    new Play(world, mesh, devices, LIMITS, ending::converge).run(steps);
    ending.audit(watch);
    verdict = judge.verdict();
    world.judge(verdict);
  }

  @Override
  public Verdict verdict() {
    return verdict;
  }
}
