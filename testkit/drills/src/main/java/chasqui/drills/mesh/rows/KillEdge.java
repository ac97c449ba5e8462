package chasqui.drills.mesh.rows;

import chasqui.drills.faults.ground.Finding;
import chasqui.drills.mesh.crowd.Member;
import chasqui.drills.mesh.ground.Fault;
import chasqui.drills.mesh.ground.MeshDrill;
import chasqui.drills.mesh.ground.MeshGround;
import chasqui.drills.mesh.ground.Recoveries;
import chasqui.drills.mesh.process.MeshNode;
import chasqui.testkit.history.Observation.FaultKind;
import java.time.Duration;
import java.util.List;

/// R1: edges die in a burst, one after the other; their sessions go on elsewhere, and nobody else suffers.
public final class KillEdge implements MeshDrill {

  private static final Duration CALM = Duration.ofSeconds(5);
  private static final Duration RESUMED_WITHIN = Duration.ofSeconds(20);
  private static final double RESUMED_P99_MAX = 5_000;
  private static final double OTHERS_RATIO_MAX = 3;
  private static final double OTHERS_P99_FLOOR = 50;

  @Override
  public void run(MeshGround ground, Finding finding) {
    ground.pass(CALM);
    double calm = ground.crowd().sends().between(ground.talkSinceNanos(), System.nanoTime()).percentileMillis(99);
    finding.figure("calm_ack_p99_ms", Math.round(calm));
    Recoveries resumed = new Recoveries();
    double others = 0;
    List<MeshNode> edges = ground.cluster().nodes("edge");
    for (int kill = 1; kill <= ground.effort().of(2, 6); kill++) {
      MeshNode edge = edges.get(ground.random().nextInt(edges.size()));
      ground.passUpTo(Duration.ofSeconds(2));
      String address = edge.process().edgeAddress();
      List<Member> held = ground.crowd().members().stream().filter(member -> member.stays() && member.edge().equals(address)).toList();
      Fault fault = ground.fault("kill " + kill + ": " + edge.id() + " with " + held.size() + " sessions", FaultKind.NODE_KILLED);
      edge.process().kill();
      ground.passUntil(RESUMED_WITHIN, () -> held.stream().allMatch(member -> member.caughtUpAfter(fault.beganNanos()).isPresent()));
      held.forEach(member -> resumed.took(millis(member, fault)));
      others = Math.max(others, ground.crowd().sends().between(fault.beganNanos(), System.nanoTime())
          .by(sender -> !held.contains(sender)).percentileMillis(99));
      edge.process().start();
      fault.heal();
      ground.pass(Duration.ofSeconds(2));
    }
    resumed.state(finding, "resumed");
    ground.claim(finding, resumed.percentile(99), RESUMED_P99_MAX, "sessions of a killed edge resume");
    finding.figure("others_ack_p99_ms", Math.round(others));
    double ratio = others / Math.max(calm, OTHERS_P99_FLOOR);
    finding.figure("others_ratio", Math.round(ratio * 10) / 10.0);
    ground.claim(finding, ratio, OTHERS_RATIO_MAX, "other users' p99, as a multiple of before");
  }

  private static double millis(Member member, Fault fault) {
    return (member.caughtUpAfter(fault.beganNanos()).orElse(System.nanoTime()) - fault.beganNanos()) / 1e6;
  }
}
