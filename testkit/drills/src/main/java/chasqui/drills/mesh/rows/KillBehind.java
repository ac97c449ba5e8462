package chasqui.drills.mesh.rows;

import chasqui.drills.faults.ground.Finding;
import chasqui.drills.mesh.crowd.SendLog;
import chasqui.drills.mesh.ground.MeshDrill;
import chasqui.drills.mesh.ground.MeshGround;
import chasqui.drills.mesh.ground.Recoveries;
import chasqui.drills.mesh.process.MeshNode;
import chasqui.testkit.history.Observation.FaultKind;
import java.time.Duration;
import java.util.List;

/// R2: routers, registries and mailboxes die, one after the other; sends go on by the others.
public final class KillBehind implements MeshDrill {

  private static final Duration AWAY = Duration.ofSeconds(8);
  private static final double SENDS_OK_MAX = 2_000;
  private static final long SOON_NANOS = 5_000_000_000L;
  private static final double ACKED_SOON_MIN = 0.99;

  @Override
  public void run(MeshGround ground, Finding finding) {
    ground.passUpTo(Duration.ofSeconds(2));
    for (String role : List.of("router", "registry", "mailbox")) {
      killEach(role, ground, finding);
    }
  }

  private static void killEach(String role, MeshGround ground, Finding finding) {
    Recoveries recovered = new Recoveries();
    double ackedSoon = 1;
    List<MeshNode> nodes = ground.cluster().nodes(role);
    for (int kill = 1; kill <= ground.effort().of(1, 4); kill++) {
      MeshNode node = nodes.get(ground.random().nextInt(nodes.size()));
      // Sessions and presence may be lost, and are announced again: every send must still succeed.
      FaultKind kind = role.equals("registry") ? FaultKind.SOFT_STATE_AWAY : FaultKind.NODE_KILLED;
      SendLog.Window during = ground.strike(
          "kill " + kill + ": " + node.id(), kind, () -> node.process().kill(), AWAY, () -> node.process().start());
      recovered.took(during.recoveredAfterMillis(MeshGround.LATE_NANOS));
      ackedSoon = Math.min(ackedSoon, during.ackedWithin(SOON_NANOS));
      ground.pass(Duration.ofSeconds(2));
    }
    recovered.state(finding, role + "_recovered");
    finding.figure(role + "_acked_within_5_s_percent", Math.round(ackedSoon * 1000) / 10.0);
    ground.claim(finding, recovered.percentile(99), SENDS_OK_MAX, "sends are ok again after the kill of a " + role);
    ground.claimAtLeast(finding, ackedSoon, ACKED_SOON_MIN, "share of sends acked within 5 s while a " + role + " was away");
  }
}
