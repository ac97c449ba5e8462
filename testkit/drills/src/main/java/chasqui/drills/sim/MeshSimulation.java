package chasqui.drills.sim;

import chasqui.drills.sim.device.SimDevice;
import chasqui.drills.sim.mesh.Mesh;
import chasqui.drills.sim.store.StoreWeather;
import chasqui.testkit.check.Judge;
import chasqui.testkit.check.Verdict;
import chasqui.testkit.sim.SimWorld;
import java.util.Map;
import java.util.function.Consumer;

/// People talk over a mesh while everything fails that may; then everything works again, and the history is judged.
final class MeshSimulation implements JudgedSimulation {
  private static final long SECOND = 1_000_000_000L;

  private final MeshShape shape;
  private final Consumer<String> talk;
  private Verdict verdict;
  private Map<String, Long> happenings = Map.of();

  private final boolean hasty;

  MeshSimulation(MeshShape shape) {
    this(shape, null, false);
  }

  /// @param shape of the mesh; not any
  /// @param talk hears what the mailbox is asked and answers; null for nobody
  /// @param hasty whether the store lies: it answers before it has synced
  MeshSimulation(MeshShape shape, Consumer<String> talk, boolean hasty) {
    this.shape = shape;
    this.talk = talk;
    this.hasty = hasty;
  }

  @Override
  public void play(SimWorld world) {
    BugLog.during(() -> run(world), world::violation);
  }

  private void run(SimWorld world) {
    boolean shared = shape == MeshShape.SHARED;
    MeshPlan plan = MeshPlan.draw(world.random().split("plan"), shared);
    Judge judge = new Judge();
    Watch watch = new Watch(judge, world.trace(), world::violation);
    Mesh mesh = shared
        ? Mesh.shared(world, plan.settings(), plan.nodes(), watch)
        : new Mesh(world, plan.settings(), plan.nodes(), watch);
    if (talk != null) {
      mesh.talkTo(talk);
    }
    Upheaval upheaval = new Upheaval(world, mesh, plan.horizonNanos());
    upheaval.start(shared);
    Conversations conversations = new Conversations(world, mesh.clerk(), plan);
    Crowd crowd = new Crowd(world, mesh, plan, conversations, watch);
    world.scheduler().runFor(2 * SECOND);
    conversations.begin();
    crowd.begin();
    mesh.weather(plan.weather().hasty(hasty));
    world.faults(plan.menu(crowd.devices().stream().map(SimDevice::nodeName).toList()));
    upheaval.begin(shared);
    world.scheduler().runFor(plan.horizonNanos() + 2 * plan.faultMaxNanos() + SECOND);
    mesh.weather(StoreWeather.FAIR.hasty(hasty));
    world.heal();
    crowd.gather();
    Ending ending = new Ending(world, mesh, crowd.devices());
    ending.converge();
    ending.audit(watch);
    happenings = mesh.happenings();
    verdict = judge.verdict();
    world.judge(verdict);
  }

  @Override
  public Map<String, Long> happenings() {
    return happenings;
  }

  @Override
  public Verdict verdict() {
    return verdict;
  }
}
