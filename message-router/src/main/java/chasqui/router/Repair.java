package chasqui.router;

/// Heads that could not be brought to somebody: every edge is told to have its sessions compare, not more often than
/// comparing can be borne. Guarded by the core's lock.
final class Repair {

  private final RouterConfig.Repair config;
  private final Edges edges;
  private final RouterMetrics metrics;
  private boolean owed;
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
