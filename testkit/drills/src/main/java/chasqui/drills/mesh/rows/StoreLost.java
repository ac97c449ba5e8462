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

/// R9: two of three store nodes die: nothing can be committed, so nothing may be acked. Clients keep what they could not send,
/// and it goes out once one of the two is back.
public final class StoreLost implements MeshDrill {

  private static final Duration SETTLING = Duration.ofSeconds(3);
  private static final double OK_AFTER_MAX = 15_000;
  private static final Duration OK_WITHIN = Duration.ofSeconds(90);

  @Override
  public void run(MeshGround ground, Finding finding) {
    List<CqlNode> nodes = ground.cluster().cql().nodes();
    ground.passUpTo(Duration.ofSeconds(2));
    Fault fault = ground.fault("kill of two of three store nodes", FaultKind.NODE_KILLED);
    nodes.subList(1, 3).forEach(CqlNode::kill);
    ground.pass(SETTLING);
    long before = ground.crowd().acked();
    ground.pass(Duration.ofSeconds(ground.effort().of(8, 30)));
    finding.figure("acked_without_a_quorum", ground.crowd().acked() - before);
    finding.require(ground.crowd().acked() == before, "sends were acked while no quorum could hold them");
    finding.figure("waiting_in_outboxes", ground.crowd().inFlight());
    nodes.get(1).start();
    nodes.get(1).awaitCql();
    long back = System.nanoTime();
    long acked = ground.crowd().acked();
    boolean resumed = Deadline.await(OK_WITHIN, () -> ground.crowd().acked() > acked);
    double okAfter = (System.nanoTime() - back) / 1e6;
    nodes.get(2).start();
    nodes.get(2).awaitCql();
    fault.heal();
    ground.pass(Duration.ofSeconds(5));
    finding.figure("ok_after_ms", Math.round(okAfter));
    finding.require(resumed, "nothing was acked within " + OK_WITHIN.toSeconds() + " s after a store node was back");
    ground.claim(finding, okAfter, OK_AFTER_MAX, "sends are ok again after a store node is back");
  }
}
