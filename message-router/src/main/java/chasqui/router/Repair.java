package chasqui.router;

/// Heads that could not be brought to somebody: every edge is told to have its sessions compare, not more often than
/// comparing can be borne. Guarded by the core's lock.
final class Repair {

  private final RouterConfig.Repair config;
  private final Edges edges;
  private final RouterMetrics metrics;
  private boolean owed;
  // No registry link was answered since one broke that had been.
  private boolean registryAway;
  private boolean settling;
  private long settledAtNanos;
  private boolean comparedOnce;
  private long comparedAtNanos;

  Repair(RouterConfig config, Edges edges, RouterMetrics metrics) {
    this.config = config.repair();
    this.edges = edges;
    this.metrics = metrics;
  }

  /// A head was lost.
  void owe(String cause) {
    metrics.lost(cause);
    owed = true;
  }

  /// The link to a registry broke that had said something. Attempts to open it again change nothing.
  void registryLost(long nowNanos) {
    registryAway = true;
    oweOnceSettled(nowNanos);
  }

  /// A link to a registry was answered for the first time: edges may have yet to announce there.
  void registryAnswered(long nowNanos) {
    if (registryAway) {
      registryAway = false;
      oweOnceSettled(nowNanos);
    }
  }

  /// Look-ups may miss sessions that are there, until their edges have announced them again.
  void oweOnceSettled(long nowNanos) {
    settling = true;
    settledAtNanos = nowNanos + config.settle().toNanos();
  }

  void tick(long nowNanos) {
    if (settling && nowNanos - settledAtNanos >= 0) {
      settling = false;
      owe("registry_lost");
    }
    boolean due = !comparedOnce || nowNanos - comparedAtNanos >= config.compareEvery().toNanos();
    if (owed && due) {
      owed = false;
      comparedOnce = true;
      comparedAtNanos = nowNanos;
      edges.compareAll();
    }
  }
}
