package chasqui.drills.sim;

import chasqui.drills.sim.device.SimDevice;
import chasqui.drills.sim.mesh.Mesh;
import chasqui.drills.sim.store.StoreWeather;
import chasqui.testkit.check.Judge;
import chasqui.testkit.check.Verdict;
import chasqui.testkit.sim.SimRandom;
import chasqui.testkit.sim.SimWorld;
import java.util.function.Consumer;

/// People talk over a mesh while everything fails that may; then everything works again, and the history is judged.
final class MeshSimulation implements JudgedSimulation {
  private static final long SECOND = 1_000_000_000L;

  private final Consumer<String> talk;
  private Verdict verdict;

  private final boolean hasty;

  MeshSimulation() {
    this(null, false);
  }

  /// @param talk hears what the mailbox is asked and answers; null for nobody
  /// @param hasty whether the store lies: it answers before it has synced
  MeshSimulation(Consumer<String> talk, boolean hasty) {
    this.talk = talk;
    this.hasty = hasty;
  }

  @Override
  public void play(SimWorld world) {
    BugLog.during(() -> run(world), world::violation);
  }

  private void run(SimWorld world) {
    MeshPlan plan = MeshPlan.draw(world.random().split("plan"));
    Judge judge = new Judge();
    Watch watch = new Watch(judge, world.trace(), world::violation);
    Mesh mesh = new Mesh(world, plan.settings(), plan.nodes(), watch);
    if (talk != null) {
      mesh.talkTo(talk);
    }
    mesh.start();
    Conversations conversations = new Conversations(world, mesh.clerk(), plan);
    Crowd crowd = new Crowd(world, mesh, plan, conversations, watch);
    world.scheduler().runFor(2 * SECOND);
    conversations.begin();
    crowd.begin();
    mesh.weather(plan.weather().hasty(hasty));
    world.faults(plan.menu(crowd.devices().stream().map(SimDevice::nodeName).toList()));
    drains(world, mesh, plan);
    world.scheduler().runFor(plan.horizonNanos() + 2 * plan.faultMaxNanos() + SECOND);
    mesh.weather(StoreWeather.FAIR.hasty(hasty));
    world.heal();
    crowd.gather();
    Ending ending = new Ending(world, mesh, crowd.devices());
    ending.converge();
    ending.audit(watch);
    verdict = judge.verdict();
    world.judge(verdict);
  }

  @Override
  public Verdict verdict() {
    return verdict;
  }

  private static void drains(SimWorld world, Mesh mesh, MeshPlan plan) {
    SimRandom random = world.random().split("drains");
    long count = random.between(0, 3);
    for (int i = 0; i < count; i++) {
      String edge = random.pick(mesh.edges());
      long deadline = random.between(500, 5_000);
      long away = random.between(100_000_000, 2 * SECOND);
      world.scheduler().after(random.nextLong(plan.horizonNanos()), () -> mesh.leave(edge, deadline, away));
    }
  }
}
