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

/// R4: a mailbox stands still for 20 seconds and wakes after its slots have moved: what it had under way must fail, and it
/// stands down. A stale delivery would be a message that others do not have: the checkers find it.
public final class PausedOwner implements MeshDrill {

  private static final Duration STANDS_STILL = Duration.ofSeconds(20);
  private static final Duration WOKEN = Duration.ofSeconds(10);
  private static final double SENDS_OK_MAX = 8_000;

  @Override
  public void run(MeshGround ground, Finding finding) {
    Recoveries recovered = new Recoveries();
    List<MeshNode> mailboxes = ground.cluster().nodes("mailbox");
    int stoodDown = 0;
    for (int pause = 1; pause <= ground.effort().of(1, 3); pause++) {
      MeshNode mailbox = mailboxes.get(ground.random().nextInt(mailboxes.size()));
      ground.passUpTo(Duration.ofSeconds(2));
      SendLog.Window during = ground.strike(
          "pause " + pause + ": " + mailbox.id(), FaultKind.NODE_KILLED, () -> mailbox.process().pause(), STANDS_STILL,
          () -> mailbox.process().resume());
      recovered.took(during.recoveredAfterMillis(MeshGround.LATE_NANOS));
      long woken = System.nanoTime();
      ground.pass(WOKEN);
      // It ends when it finds its journals sealed; whoever supervises it starts it again.
      if (!mailbox.process().isAlive()) {
        stoodDown++;
        mailbox.process().start();
      }
      finding.figure("woken_ack_p99_ms", Math.round(
          ground.crowd().sends().between(woken, System.nanoTime()).percentileMillis(99)));
    }
    recovered.state(finding, "recovered");
    finding.figure("stood_down_by_ending", stoodDown);
    ground.claim(finding, recovered.percentile(99), SENDS_OK_MAX, "sends are ok again while an owner stands still");
  }
}
