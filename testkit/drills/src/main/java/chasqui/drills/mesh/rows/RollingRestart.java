package chasqui.drills.mesh.rows;

import chasqui.drills.faults.ground.Finding;
import chasqui.drills.mesh.crowd.Member;
import chasqui.drills.mesh.crowd.SendLog;
import chasqui.drills.mesh.ground.Fault;
import chasqui.drills.mesh.ground.MeshDrill;
import chasqui.drills.mesh.ground.MeshGround;
import chasqui.drills.mesh.ground.Recoveries;
import chasqui.drills.mesh.process.MeshNode;
import chasqui.testkit.history.Observation.FaultKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// R17: every node is asked to end and started again, one after the other; nobody notices.
public final class RollingRestart implements MeshDrill {

  private static final double GAP_P99_MAX = 1_000;

  @Override
  public void run(MeshGround ground, Finding finding) {
    Recoveries recovered = new Recoveries();
    long began = System.nanoTime();
    for (String role : List.of("mailbox", "registry", "router", "edge")) {
      for (MeshNode node : nodes(ground, role)) {
        Fault fault = ground.fault("restart of " + node.id(), FaultKind.OTHER);
        int code = node.process().stop();
        finding.require(code == 143 || code == 0, node.id() + " ended with status " + code);
        node.process().start();
        fault.heal();
        ground.pass(Duration.ofSeconds(2));
        SendLog.Window during = ground.crowd().sends().between(fault.beganNanos(), System.nanoTime());
        recovered.took(during.recoveredAfterMillis(MeshGround.LATE_NANOS));
        ground.tellLate(during);
      }
    }
    SendLog.Window all = ground.crowd().sends().between(began, System.nanoTime());
    finding.figure("ack_p99_ms", Math.round(all.percentileMillis(99)));
    finding.figure("failed_sends", all.refused());
    finding.require(all.refused() == 0, all.refused() + " sends failed for good");
    recovered.state(finding, "late_answers_until");
    Recoveries gaps = new Recoveries();
    ground.crowd().members().stream().filter(Member::stays).forEach(member -> gaps.took(member.longestGapAfter(began)));
    gaps.state(finding, "gap_without_a_stream");
    ground.claim(finding, gaps.percentile(99), GAP_P99_MAX, "a client's longest time without a stream");
  }

  /// The short form restarts one node of each role.
  private static List<MeshNode> nodes(MeshGround ground, String role) {
    List<MeshNode> nodes = new ArrayList<>(ground.cluster().nodes(role));
    return nodes.subList(0, ground.effort().of(1, nodes.size()));
  }
}
