package chasqui.drills.mesh.rows;

import chasqui.drills.faults.ground.Finding;
import chasqui.drills.mesh.crowd.SendLog;
import chasqui.drills.mesh.ground.MeshDrill;
import chasqui.drills.mesh.ground.MeshGround;
import chasqui.drills.mesh.ground.Recoveries;
import chasqui.testkit.history.Observation.FaultKind;
import chasqui.testkit.proxy.Direction;
import chasqui.testkit.proxy.FaultProxy;
import java.time.Duration;
import java.util.List;

/// R5: nothing passes any more between the edges and a router, in one direction, then in the other, then in both; nobody is
/// told. Connections stay open, as they do when a machine vanishes.
public final class Partition implements MeshDrill {

  private static final double HEALED_MAX = 5_000;

  @Override
  public void run(MeshGround ground, Finding finding) {
    Duration parted = Duration.ofSeconds(ground.effort().of(10, 30));
    Recoveries rerouted = new Recoveries();
    Recoveries healed = new Recoveries();
    List<List<Direction>> ways = List.of(
        List.of(Direction.TO_TARGET), List.of(Direction.TO_CLIENT), List.of(Direction.TO_TARGET, Direction.TO_CLIENT));
    // Both ways at once is the last of them, and all that the short form has time for besides one direction.
    for (List<Direction> way : ways.subList(ground.effort().of(1, 0), ways.size())) {
      List<FaultProxy> links = ground.cluster().routerLinks();
      FaultProxy link = links.get(ground.random().nextInt(links.size()));
      SendLog.Window during = ground.strike(
          "edges and router-" + (links.indexOf(link) + 1) + " parted, " + way, FaultKind.OTHER,
          () -> link.weather(weather -> weather.withStall(way.toArray(Direction[]::new))), parted, link::calm);
      rerouted.took(during.recoveredAfterMillis(MeshGround.LATE_NANOS));
      long heal = System.nanoTime();
      ground.pass(Duration.ofSeconds(8));
      healed.took(ground.crowd().sends().between(heal, System.nanoTime()).recoveredAfterMillis(MeshGround.LATE_NANOS));
    }
    rerouted.state(finding, "late_answers_until");
    healed.state(finding, "after_heal");
    ground.claim(finding, healed.percentile(99), HEALED_MAX, "recovered after the heal");
  }
}
