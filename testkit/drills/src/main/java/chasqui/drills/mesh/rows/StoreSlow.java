package chasqui.drills.mesh.rows;

import chasqui.drills.faults.ground.Finding;
import chasqui.drills.mesh.crowd.SendLog;
import chasqui.drills.mesh.ground.Fault;
import chasqui.drills.mesh.ground.MeshDrill;
import chasqui.drills.mesh.ground.MeshGround;
import chasqui.testkit.cassandra.CqlNode;
import chasqui.testkit.history.Observation.FaultKind;
import java.time.Duration;
import java.util.List;

/// R10: a store node stands still for 3 s and runs for 7 s, again and again: a silent partition. Latency is told, not judged.
public final class StoreSlow implements MeshDrill {

  private static final Duration STILL = Duration.ofSeconds(3);
  private static final Duration RUNNING = Duration.ofSeconds(7);

  @Override
  public void run(MeshGround ground, Finding finding) {
    List<CqlNode> nodes = ground.cluster().cql().nodes();
    CqlNode node = nodes.get(ground.random().nextInt(nodes.size()));
    long begin = System.nanoTime();
    for (int pause = 1; pause <= ground.effort().of(2, 30); pause++) {
      Fault fault = ground.fault("pause " + pause + " of store node " + node.address(), FaultKind.NODE_KILLED);
      node.pause();
      ground.pass(STILL);
      node.resume();
      fault.heal();
      ground.pass(RUNNING);
    }
    SendLog.Window all = ground.crowd().sends().between(begin, System.nanoTime());
    finding.figure("ack_p50_ms", Math.round(all.percentileMillis(50)));
    finding.figure("ack_p99_ms", Math.round(all.percentileMillis(99)));
    finding.require(all.refused() == 0, all.refused() + " sends failed for good");
  }
}
