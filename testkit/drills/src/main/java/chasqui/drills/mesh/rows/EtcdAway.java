package chasqui.drills.mesh.rows;

import chasqui.drills.faults.ground.Finding;
import chasqui.drills.mesh.crowd.SendLog;
import chasqui.drills.mesh.ground.MeshDrill;
import chasqui.drills.mesh.ground.MeshGround;
import chasqui.drills.mesh.ground.Recoveries;
import chasqui.testkit.etcd.EtcdServer;
import chasqui.testkit.history.Observation.FaultKind;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/// R12: all of etcd is gone, for longer than any lease. No send fails, and devices that were never seen before are let in.
public final class EtcdAway implements MeshDrill {

  private static final Duration VISIT_WITHIN = Duration.ofSeconds(10);

  @Override
  public void run(MeshGround ground, Finding finding) {
    EtcdServer etcd = ground.cluster().etcd();
    int members = etcd.endpoints().size();
    Duration away = Duration.ofSeconds(ground.effort().of(15, 600));
    Recoveries visits = new Recoveries();
    int refused = 0;
    var fault = ground.fault("etcd is gone for " + away.toSeconds() + " s", FaultKind.SOFT_STATE_AWAY);
    IntStream.range(0, members).forEach(etcd::kill);
    long end = System.nanoTime() + away.toNanos();
    while (System.nanoTime() - end < 0) {
      ground.pass(Duration.ofSeconds(3));
      OptionalDouble visit = ground.crowd().visit(VISIT_WITHIN);
      visit.ifPresent(visits::took);
      refused += visit.isPresent() ? 0 : 1;
    }
    SendLog.Window during = ground.crowd().sends().between(fault.beganNanos(), System.nanoTime());
    IntStream.range(0, members).forEach(etcd::restart);
    etcd.awaitHealthy();
    ground.pass(Duration.ofSeconds(6));
    fault.heal();
    finding.figure("away_seconds", away.toSeconds());
    finding.figure("sends_during", during.size());
    finding.figure("ack_p99_ms", Math.round(during.percentileMillis(99)));
    visits.state(finding, "new_stream");
    finding.require(during.refused() == 0, during.refused() + " sends failed while etcd was away");
    finding.require(refused == 0, refused + " new devices were not let in within " + VISIT_WITHIN.toSeconds() + " s");
    finding.require(during.size() > 0, "nothing was sent while etcd was away");
  }
}
