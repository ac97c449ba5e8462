package chasqui.drills.mesh.rows;

import chasqui.drills.faults.ground.Finding;
import chasqui.drills.mesh.crowd.SendLog;
import chasqui.drills.mesh.ground.MeshDrill;
import chasqui.drills.mesh.ground.MeshGround;
import chasqui.drills.mesh.ground.Recoveries;
import chasqui.testkit.etcd.EtcdServer;
import chasqui.testkit.history.Observation.FaultKind;
import java.time.Duration;

/// R11: the member of etcd that leads dies, and comes back as a follower. No send fails.
public final class EtcdLeaderKilled implements MeshDrill {

  private static final Duration AWAY = Duration.ofSeconds(8);
  private static final double LEADS_AGAIN_MAX = 3_000;

  @Override
  public void run(MeshGround ground, Finding finding) {
    EtcdServer etcd = ground.cluster().etcd();
    Recoveries led = new Recoveries();
    Recoveries late = new Recoveries();
    for (int kill = 1; kill <= ground.effort().of(1, 5); kill++) {
      ground.passUpTo(Duration.ofSeconds(2));
      int leader = etcd.leader();
      SendLog.Window during = ground.strike(
          "kill " + kill + " of etcd's leader", FaultKind.SOFT_STATE_AWAY, () -> {
            long begin = System.nanoTime();
            etcd.kill(leader);
            etcd.leader();
            led.took((System.nanoTime() - begin) / 1e6);
          }, AWAY, () -> etcd.restart(leader));
      late.took(during.recoveredAfterMillis(MeshGround.LATE_NANOS));
      finding.require(during.refused() == 0, during.refused() + " sends failed while etcd had no leader");
      etcd.awaitHealthy();
    }
    led.state(finding, "leads_again");
    late.state(finding, "late_answers_until");
    ground.claim(finding, led.percentile(99), LEADS_AGAIN_MAX, "etcd has a leader again");
  }
}
