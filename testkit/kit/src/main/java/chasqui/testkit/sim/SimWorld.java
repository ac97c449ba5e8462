package chasqui.testkit.sim;

import chasqui.testkit.check.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// Everything one run of a simulation is made of.
public final class SimWorld {
  private final long seed;
  private final Trace trace;
  private final SimRandom random;
  private final SimScheduler scheduler;
  private final SimNetwork network;
  private final TreeMap<String, SimNode> nodes = new TreeMap<>();
  private final TreeMap<String, SimDisk<?>> disks = new TreeMap<>();
  private final List<String> violations = new ArrayList<>();
  private final UnaryOperator<FaultPlan> editor;
  private FaultPlan plan = FaultPlan.NONE;

  /// @param editor may replace the plan of faults that the run draws, to find the smallest that still fails
  SimWorld(long seed, Trace trace, UnaryOperator<FaultPlan> editor) {
    this.seed = seed;
    this.trace = trace;
    this.editor = editor;
    this.random = new SimRandom(seed);
    this.scheduler = new SimScheduler(trace);
    this.network = new SimNetwork(scheduler, random.split("network"), trace);
  }

  /// A world without faults whose time its owner drives, as long as the owner likes.
  public static SimWorld driven(long seed) {
    return new SimWorld(seed, Trace.silent(), UnaryOperator.identity());
  }

  public long seed() {
    return seed;
  }

  public Trace trace() {
    return trace;
  }

  /// The run's randomness: take a stream of your own with [SimRandom#split].
  public SimRandom random() {
    return random;
  }

  public SimScheduler scheduler() {
    return scheduler;
  }

  public SimNetwork network() {
    return network;
  }

  /// The node called `name`, made and attached to the network at the first call. It lives from [SimNode#start] on.
  public SimNode node(String name) {
    return nodes.computeIfAbsent(name, _ -> {
      SimNode node = new SimNode(name, scheduler, random.split("node " + name), trace);
      network.attach(node);
      return node;
    });
  }

  /// Gives the node its disk.
  public <B> SimDisk<B> disk(SimNode node) {
    SimDisk<B> disk = new SimDisk<>(node, scheduler, random.split("disk " + node.name()));
    if (disks.putIfAbsent(node.name(), disk) != null) {
      throw new IllegalStateException(node + " has a disk");
    }
    return disk;
  }

  SimDisk<?> existingDisk(String node) {
    SimDisk<?> disk = disks.get(node);
    if (disk == null) {
      throw new IllegalArgumentException(node + " has no disk");
    }
    return disk;
  }

  /// Draws this run's faults and lets them happen, the first not before now.
  public FaultPlan faults(FaultMenu menu) {
    plan = editor.apply(FaultPlan.draw(random.split("faults"), menu));
    new FaultInjector(this).schedule(plan);
    return plan;
  }

  /// Ends all faults: links open, nodes go on or start again, disks work, no crash point is armed. Clocks stay as they
  /// are. What is still to come of a plan does come.
  public void heal() {
    trace.note("heal");
    network.heal();
    disks.values().forEach(SimDisk::heal);
    for (SimNode node : nodes.values()) {
      node.crashPoints().disarm();
      node.resume();
      node.restart();
    }
  }

  FaultPlan plan() {
    return plan;
  }

  /// Something is wrong in this run.
  public void violation(String details) {
    trace.note(details);
    violations.add(details);
  }

  /// Takes over what the checkers found.
  public void judge(Verdict verdict) {
    trace.note("acked", verdict.acked(), verdict.unknown(), verdict.redelivered());
    verdict.violations().forEach(violation -> violation(violation.toString()));
  }

  /// What was wrong so far.
  public List<String> violations() {
    return List.copyOf(violations);
  }
}
