package chasqui.drills.mesh.rows;

import chasqui.drills.faults.ground.Finding;
import chasqui.drills.fleet.Deadline;
import chasqui.drills.mesh.ground.Fault;
import chasqui.drills.mesh.ground.MeshDrill;
import chasqui.drills.mesh.ground.MeshGround;
import chasqui.testkit.cassandra.CqlNode;
import chasqui.testkit.history.Observation.FaultKind;
import java.time.Duration;
import java.util.List;

/// R20: all store nodes die at once, as a power cut kills processes, and are started again. Their commit logs are synced before
/// each answer, so nothing that was acked is lost.
public final class StoreRestart implements MeshDrill {

  private static final Duration OK_WITHIN = Duration.ofSeconds(90);

  @Override
  public void run(MeshGround ground, Finding finding) {
    List<CqlNode> nodes = ground.cluster().cql().nodes();
    ground.passUpTo(Duration.ofSeconds(2));
    finding.figure("in_flight", ground.crowd().inFlight());
    Fault fault = ground.fault("kill of all store nodes", FaultKind.NODE_KILLED);
    nodes.parallelStream().forEach(CqlNode::kill);
    ground.pass(Duration.ofSeconds(2));
    // The first is the seed: a server that finds nobody to gossip with ends again.
    nodes.getFirst().start();
    nodes.getFirst().awaitCql();
    List<CqlNode> others = nodes.subList(1, nodes.size());
    others.forEach(CqlNode::start);
    others.forEach(CqlNode::awaitCql);
    long back = System.nanoTime();
    long acked = ground.crowd().acked();
    boolean resumed = Deadline.await(OK_WITHIN, () -> ground.crowd().acked() > acked);
    finding.figure("ok_after_ms", Math.round((System.nanoTime() - back) / 1e6));
    fault.heal();
    ground.pass(Duration.ofSeconds(5));
    finding.require(resumed, "nothing was acked within " + OK_WITHIN.toSeconds() + " s after the store was back");
  }
}
