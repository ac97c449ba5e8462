package chasqui.drills.mesh.ground;

import chasqui.drills.faults.ground.Effort;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.fleet.Deadline;
import chasqui.drills.fleet.GaugeSampler;
import chasqui.drills.mesh.crowd.Crowd;
import chasqui.drills.mesh.crowd.CrowdPlan;
import chasqui.drills.mesh.crowd.SendLog;
import chasqui.drills.mesh.process.Door;
import chasqui.drills.mesh.process.LogLevel;
import chasqui.drills.mesh.process.MergedLog;
import chasqui.drills.mesh.process.MeshCluster;
import chasqui.drills.mesh.process.MeshNode;
import chasqui.drills.mesh.process.Topology;
import chasqui.testkit.check.Judge;
import chasqui.testkit.check.Verdict;
import chasqui.testkit.history.Observation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// A mesh of processes, and a new crowd for each row. For one thread.
public final class MeshGround implements AutoCloseable {

  /// An answer that takes longer is late: far above what the mesh needs, far below what a person notices as an outage.
  public static final long LATE_NANOS = 1_000_000_000L;
  private static final int LATE_SHOWN = 10;
  private static final Duration WARM_UP = Duration.ofSeconds(3);
  private static final Duration WARM_UP_MAX = Duration.ofSeconds(60);
  private static final double CALM_MILLIS = 300;
  private static final Duration AFTERWARDS = Duration.ofSeconds(3);

  private final Path folder;
  private final Effort effort;
  private final RandomGenerator random;
  private final Consumer<String> progress;
  private final MergedLog log;
  private final MeshCluster cluster;
  private Crowd crowd;
  private int rows;
  private long talkSinceNanos;

  private MeshGround(Path folder, Topology topology, Effort effort, RandomGenerator random, Consumer<String> progress) {
    this.folder = folder;
    this.effort = effort;
    this.random = random;
    this.progress = progress;
    this.log = new MergedLog(folder.resolve("logs"), LogLevel.WARN, _ -> { });
    this.cluster = MeshCluster.start(topology, folder.resolve("mesh"), log, progress);
  }

  /// Starts the mesh.
  ///
  /// @throws chasqui.drills.mesh.process.MeshStartException if a part does not start
  public static MeshGround open(Path folder, Topology topology, Effort effort, RandomGenerator random, Consumer<String> progress) {
    return new MeshGround(folder, topology, effort, random, progress);
  }

  /// A row begins: a new crowd comes and talks.
  public void begin() {
    CrowdPlan plan = cluster.topology().store() == Topology.Store.CQL3
        ? CrowdPlan.of(effort.of(40, 200), effort.of(10, 50))
        : CrowdPlan.standardDividedBy(effort.of(50, 20));
    crowd = new Crowd(plan, Door.plain(cluster.edgeAddresses()), cluster.tokens(), folder.resolve("devices-" + rows++), random);
    crowd.arrive();
    progress.accept("  load: " + crowd.words());
    crowd.talk();
    warmUp();
    talkSinceNanos = System.nanoTime();
  }

  // Processes that were just started are slow by themselves, which would be taken for the fault's doing.
  private void warmUp() {
    long begin = System.nanoTime();
    double slowest;
    do {
      long from = System.nanoTime();
      pass(WARM_UP);
      slowest = crowd.sends().between(from, System.nanoTime()).percentileMillis(100);
    } while (slowest > CALM_MILLIS && System.nanoTime() - begin < WARM_UP_MAX.toNanos());
    progress.accept(String.format(
        Locale.ROOT, "  warm after %.0f s: the slowest of the last answers took %.0f ms", (System.nanoTime() - begin) / 1e9, slowest));
  }

  /// The row is over: all parts run, the crowd falls silent and is judged.
  public void end(Finding finding) {
    pass(AFTERWARDS);
    sampleQueues();
    boolean complete = crowd.settle(progress);
    Verdict verdict = Judge.of(crowd.observations());
    finding.figure("load", crowd.words());
    finding.figure("acked", verdict.acked());
    finding.figure("failed", verdict.failed());
    finding.figure("unknown", verdict.unknown());
    finding.figure("lost", verdict.lost());
    finding.figure("duplicated", verdict.duplicated());
    finding.figure("redelivered", verdict.redelivered());
    finding.require(complete, "not every device had everything within " + Crowd.PATIENCE.toSeconds() + " s");
    finding.require(verdict.holds(), "the crowd's histories: " + verdict.violations().stream().limit(3).toList());
    finding.require(verdict.acked() > 0, "nothing was acked, which proves nothing");
    for (MeshNode node : cluster.nodes()) {
      finding.require(node.process().isAlive(), node.id() + " is gone");
    }
  }

  /// Ends the crowd of a row.
  public void hangUp() {
    if (crowd != null) {
      crowd.close();
      crowd = null;
    }
  }

  /// Something is done to the mesh from here on.
  ///
  /// @param name once in a row
  public Fault fault(String name, Observation.FaultKind kind) {
    progress.accept("  " + name + " with " + crowd.inFlight() + " messages under way");
    return new Fault(crowd, name, kind);
  }

  /// Does something to the mesh for a time; answers what was sent meanwhile.
  ///
  /// @param mend undoes it
  public SendLog.Window strike(String name, Observation.FaultKind kind, Runnable blow, Duration lasts, Runnable mend) {
    Fault fault = fault(name, kind);
    blow.run();
    pass(lasts);
    long end = System.nanoTime();
    mend.run();
    fault.heal();
    SendLog.Window during = crowd.sends().between(fault.beganNanos(), end);
    tellLate(during);
    return during;
  }

  /// Tells the late messages of a window, as progress.
  public void tellLate(SendLog.Window during) {
    List<String> late = during.lateInWords(LATE_NANOS);
    late.stream().limit(LATE_SHOWN).forEach(words -> progress.accept("    late: " + words));
    if (late.size() > LATE_SHOWN) {
      progress.accept("    late: " + (late.size() - LATE_SHOWN) + " more");
    }
  }

  /// Holds a figure against what is claimed. The short form runs beside other work on machines of any size: there a miss is
  /// told, and a breach is what is five times worse.
  public void claim(Finding finding, double value, double atMost, String what) {
    String miss = what + ": " + rounded(value) + ", claimed at most " + rounded(atMost);
    if (value > atMost && effort == Effort.SHORT) {
      finding.remark("missed here: " + miss);
    }
    finding.require(value <= atMost * effort.of(5, 1), miss);
  }

  /// The same for a share, 0 to 1; five times as much may be missing in the short form.
  public void claimAtLeast(Finding finding, double share, double atLeast, String what) {
    claim(finding, 1 - share, 1 - atLeast, "what is missing of the " + what);
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  /// Lets time pass while the crowd talks; queues are looked at.
  public void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    do {
      sampleQueues();
      Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
      Deadline.await(left.compareTo(Duration.ofMillis(250)) < 0 ? left : Duration.ofMillis(250), () -> false);
    } while (System.nanoTime() - end < 0);
  }

  /// Lets a random time pass.
  public void passUpTo(Duration most) {
    pass(Duration.ofMillis(random.nextLong(most.toMillis() + 1)));
  }

  /// Lets time pass until something holds; false if it does not in time.
  public boolean passUntil(Duration most, BooleanSupplier holds) {
    return Deadline.await(most, holds);
  }

  private void sampleQueues() {
    GaugeSampler sampler = new GaugeSampler(crowd::note, () -> System.nanoTime() / 1_000);
    cluster.nodes().stream().filter(node -> node.process().isAlive()).forEach(node -> sampler.sample(node.process().opsAddress()));
  }

  public MeshCluster cluster() {
    return cluster;
  }

  public Crowd crowd() {
    return crowd;
  }

  public Effort effort() {
    return effort;
  }

  public RandomGenerator random() {
    return random;
  }

  public MergedLog log() {
    return log;
  }

  /// Since when the crowd of this row has talked warmly: what came before is no measure.
  public long talkSinceNanos() {
    return talkSinceNanos;
  }

  @Override
  public void close() {
    hangUp();
    cluster.close();
    log.close();
  }
}
