package chasqui.drills.mesh.rows;

import chasqui.discovery.CrashPoint;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.fleet.NodeProcess;
import chasqui.drills.mesh.ground.Fault;
import chasqui.drills.mesh.ground.MeshDrill;
import chasqui.drills.mesh.ground.MeshGround;
import chasqui.drills.mesh.ground.Recoveries;
import chasqui.drills.mesh.process.MeshNode;
import chasqui.testkit.crash.CrashAt;
import chasqui.testkit.history.Observation.FaultKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// R3: a mailbox ends at a named point, as `kill -9` would at that instant; the other takes over, and what clients send again
/// has the `seq` that it had, which the checkers see.
///
/// A mailbox that has just started serves nothing yet: slots rest before they move back. It is the one that serves that is to
/// crash, so the two take turns: while one crashes, the other has been started with the next point.
public final class CrashEverywhere implements MeshDrill {

  private static final Duration REACHED_WITHIN = Duration.ofSeconds(75);
  private static final double SENDS_OK_MAX = 5_000;
  private static final int ARRIVALS_MAX = 20;

  @Override
  public void run(MeshGround ground, Finding finding) {
    List<CrashPoint> points = new ArrayList<>(List.of(CrashPoint.values()));
    Collections.shuffle(points, Random.from(ground.random()));
    points = points.subList(0, ground.effort().of(2, points.size()));
    List<MeshNode> mailboxes = ground.cluster().nodes("mailbox");
    Recoveries recovered = new Recoveries();
    List<String> unreached = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      MeshNode victim = mailboxes.get(i % mailboxes.size());
      String at = points.get(i).id() + ":" + (1 + ground.random().nextInt(ARRIVALS_MAX));
      restart(ground, victim, at);
      Fault fault = ground.fault("crash at " + at + " of " + victim.id(), FaultKind.NODE_KILLED);
      if (!ground.passUntil(REACHED_WITHIN, () -> !victim.process().isAlive())) {
        unreached.add(at);
      } else {
        long crashed = System.nanoTime();
        ground.pass(Duration.ofSeconds(6));
        recovered.took(ground.crowd().sends().between(crashed, System.nanoTime()).recoveredAfterMillis(MeshGround.LATE_NANOS));
      }
      restart(ground, victim, "");
      fault.heal();
    }
    recovered.state(finding, "recovered");
    finding.figure("points_reached", points.size() - unreached.size());
    finding.require(unreached.isEmpty(), "not reached within " + REACHED_WITHIN.toSeconds() + " s: " + unreached);
    ground.claim(finding, recovered.percentile(99), SENDS_OK_MAX, "sends are ok again after a crash of a mailbox");
  }

  private static void restart(MeshGround ground, MeshNode mailbox, String at) {
    NodeProcess process = mailbox.process();
    if (process.isAlive()) {
      Fault fault = ground.fault("restart of " + mailbox.id() + " for the next point " + at, FaultKind.OTHER);
      process.stop();
      fault.heal();
    }
    process.environment(CrashAt.VARIABLE, at);
    process.start();
  }
}
