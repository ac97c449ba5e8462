package chasqui.drills.mesh.rows;

import chasqui.drills.faults.ground.Finding;
import chasqui.drills.mesh.crowd.SendLog;
import chasqui.drills.mesh.ground.MeshDrill;
import chasqui.drills.mesh.ground.MeshGround;
import chasqui.testkit.cassandra.CqlNode;
import chasqui.testkit.history.Observation.FaultKind;
import java.time.Duration;
import java.util.List;

/// R8: one of three store nodes dies and comes back; the service goes on. Safety is judged, latency only told: three of them
/// share the cores with all else.
public final class StoreDown implements MeshDrill {

  private static final double ACKED_MIN = 0.999;
  private static final long AT_LAST_NANOS = 60_000_000_000L;

  @Override
  public void run(MeshGround ground, Finding finding) {
    List<CqlNode> nodes = ground.cluster().cql().nodes();
    ground.pass(Duration.ofSeconds(3));
    SendLog.Window before = ground.crowd().sends().between(ground.talkSinceNanos(), System.nanoTime());
    finding.figure("before_ack_p99_ms", Math.round(before.percentileMillis(99)));
    CqlNode node = nodes.get(ground.random().nextInt(nodes.size()));
    Duration away = Duration.ofSeconds(ground.effort().of(12, 60));
    SendLog.Window during = ground.strike("kill of store node " + node.address(), FaultKind.NODE_KILLED, node::kill, away, () -> {
      node.start();
      node.awaitCql();
    });
    ground.pass(Duration.ofSeconds(5));
    finding.figure("sends_during", during.size());
    finding.figure("during_ack_p50_ms", Math.round(during.percentileMillis(50)));
    finding.figure("during_ack_p99_ms", Math.round(during.percentileMillis(99)));
    finding.figure("recovered_ms", Math.round(during.recoveredAfterMillis(MeshGround.LATE_NANOS)));
    // Those that are still under way when the node is back count as they end: looked at again at the end.
    SendLog.Window settled = ground.crowd().sends().between(during.fromNanos(), during.now());
    ground.claimAtLeast(finding, settled.ackedWithin(AT_LAST_NANOS), ACKED_MIN, "share of sends acked while a store node was away");
  }
}
