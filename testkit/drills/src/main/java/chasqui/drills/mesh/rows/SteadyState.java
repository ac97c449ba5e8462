package chasqui.drills.mesh.rows;

import chasqui.drills.faults.ground.Finding;
import chasqui.drills.mesh.ground.MeshDrill;
import chasqui.drills.mesh.ground.MeshGround;
import chasqui.drills.mesh.process.MeshCounters;
import chasqui.drills.mesh.process.Metrics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// C1: nobody dies, and it is counted what a message costs beyond what the mesh does anyway: no look-up in the registry, no
/// read of etcd; at most a row of the log, one of the index of ids, and its share of a row of the journal and of the
/// conversation's state. The mesh is counted for a time in which nobody says anything, then for one as long in which all talk.
public final class SteadyState implements MeshDrill {

  // Devices that come and go at random cost look-ups now and then, in the one time more than in the other.
  private static final double LOOKUPS_PER_SEND_MAX = 0.1;
  private static final double READS_PER_SEND_MAX = 0.05;
  // The tables of which a message may cost a row; a mark is written once a day and member, so a short run shows more of them.
  private static final List<String> ONE_ROW_AT_MOST = List.of("log", "id", "journal", "conversation");
  private static final String ROWS = "rows of ";

  @Override
  public void run(MeshGround ground, Finding finding) {
    ground.pass(Duration.ofSeconds(ground.effort().of(3, 15)));
    Duration time = Duration.ofSeconds(ground.effort().of(8, 60));
    Duration settles = Duration.ofSeconds(2);
    ground.crowd().hush(true);
    ground.pass(settles);
    Map<String, Double> quiet = spent(ground, time.plus(settles));
    // Counted while nothing is under way: the pages of several processes are not read in one moment.
    Map<String, Double> talking = spent(ground, () -> {
      ground.crowd().hush(false);
      ground.pass(time);
      ground.crowd().hush(true);
      ground.pass(settles);
    });
    ground.crowd().hush(false);
    double sends = talking.get("entries");
    finding.figure("sends", Math.round(sends));
    talking.forEach((name, value) -> {
      finding.figure(name.replace(' ', '_') + "_per_send", perSend(value - quiet.getOrDefault(name, 0.0), sends));
      finding.figure(name.replace(' ', '_') + "_in_quiet", Math.round(quiet.getOrDefault(name, 0.0)));
    });
    finding.require(sends > 0, "nothing was sent, which proves nothing");
    finding.require(quiet.get("entries") == 0, "something was sent while all were to be quiet");
    limit(finding, "etcd_reads", talking, quiet, READS_PER_SEND_MAX);
    limit(finding, "registry_lookups", talking, quiet, LOOKUPS_PER_SEND_MAX);
    for (String table : ONE_ROW_AT_MOST) {
      limit(finding, ROWS + table, talking, quiet, 1);
    }
    if (ground.cluster().topology().store().servers() > 0) {
      for (String table : ONE_ROW_AT_MOST) {
        finding.require(talking.getOrDefault(ROWS + table, 0.0) > 0, "no row of " + table + " was counted, which proves nothing");
      }
    }
  }

  private static void limit(Finding finding, String what, Map<String, Double> talking, Map<String, Double> quiet, double most) {
    double cost = perSend(talking.getOrDefault(what, 0.0) - quiet.getOrDefault(what, 0.0), talking.get("entries"));
    finding.require(cost <= most, what + " for each send: " + cost);
  }

  private static double perSend(double value, double sends) {
    return sends == 0 ? 0 : Math.round(value / sends * 1000) / 1000.0;
  }

  private static Map<String, Double> spent(MeshGround ground, Duration time) {
    return spent(ground, () -> ground.pass(time));
  }

  private static Map<String, Double> spent(MeshGround ground, Runnable meanwhile) {
    Map<String, Double> before = count(ground);
    meanwhile.run();
    Map<String, Double> spent = count(ground);
    before.forEach((name, value) -> spent.merge(name, -value, Double::sum));
    return spent;
  }

  private static Map<String, Double> count(MeshGround ground) {
    MeshCounters counters = new MeshCounters(ground.cluster());
    Map<String, Double> count = new LinkedHashMap<>();
    count.put("entries", counters.total("mailbox", "chasqui_mailbox_appended_total"));
    count.put("registry_lookups", counters.total("registry", "chasqui_registry_lookups_total"));
    count.put("etcd_reads", ground.cluster().etcd().endpoints().stream()
        .mapToDouble(endpoint -> Metrics.of(endpoint).sum("etcd_debugging_mvcc_range_total")).sum());
    counters.rows().forEach((table, rows) -> count.put(ROWS + table, rows));
    return count;
  }
}
