package chasqui.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/// One of the two servers compared: its process, its clients, its load.
final class Side implements AutoCloseable {

  private final long pid;
  private final List<PairClient> clients;
  private final List<PairTally> tallies;
  private final Recorder latencyMicros;
  private final PacedLoad load;
  private final Runnable end;

  Side(long pid, ClientSet set, int payloadBytes, RandomGenerator random, Runnable end) {
    this.pid = pid;
    this.clients = set.clients();
    this.tallies = set.tallies();
    this.latencyMicros = set.latencyMicros();
    this.load = new PacedLoad(clients, payloadBytes, random);
    this.end = end;
  }

  /// The clients of a side.
  record ClientSet(List<PairClient> clients, List<PairTally> tallies, Recorder latencyMicros) {}

  /// Offers load without measuring.
  void warmUp(double rate, double seconds) {
    load.run(rate, seconds);
    settle();
    latencyMicros.reset();
  }

  /// Offers load for a while and measures the server, until the last message of it has arrived.
  Sample measure(double rate, double seconds) {
    latencyMicros.reset();
    long deliveredBefore = delivered();
    long cpuBefore = ProcessCpu.micros(pid);
    long begin = System.nanoTime();
    long refused = load.run(rate, seconds);
    settle();
    double tookSeconds = (System.nanoTime() - begin) / (double) TimeUnit.SECONDS.toNanos(1);
    long cpu = ProcessCpu.micros(pid) - cpuBefore;
    long delivered = delivered() - deliveredBefore;
    Histogram latency = latencyMicros.getIntervalHistogram();
    return new Sample(cpu / (double) Math.max(1, delivered), delivered / tookSeconds,
        latency.getValueAtPercentile(50), latency.getValueAtPercentile(99), refused);
  }

  private void settle() {
    load.settle(() -> delivered() + rejected() >= sent(), 10);
  }

  /// Sends, acks and deliveries so far, for the verdict.
  Counts counts(boolean acked) {
    long lost = 0;
    for (PairTally tally : tallies) {
      long owed = acked ? tally.acceptedCount() : tally.sentCount();
      lost += Math.max(0, owed - tally.deliveredCount());
    }
    return new Counts(sent(), tallies.stream().mapToLong(PairTally::acceptedCount).sum(), delivered(), lost,
        tallies.stream().mapToLong(PairTally::duplicatedCount).sum(),
        tallies.stream().mapToLong(PairTally::outOfOrderCount).sum(), rejected());
  }

  /// @param lost messages acked (or, without acks, sent) that never arrived
  record Counts(long sent, long acked, long delivered, long lost, long duplicated, long outOfOrder, long rejected) {
    Counts plus(Counts other) {
      return new Counts(sent + other.sent, acked + other.acked, delivered + other.delivered, lost + other.lost,
          duplicated + other.duplicated, outOfOrder + other.outOfOrder, rejected + other.rejected);
    }

    boolean clean() {
      return lost == 0 && duplicated == 0 && outOfOrder == 0 && rejected == 0;
    }
  }

  private long sent() {
    return tallies.stream().mapToLong(PairTally::sentCount).sum();
  }

  private long delivered() {
    return tallies.stream().mapToLong(PairTally::deliveredCount).sum();
  }

  private long rejected() {
    return tallies.stream().mapToLong(PairTally::rejectedCount).sum();
  }

  @Override
  public void close() {
    clients.forEach(PairClient::close);
    end.run();
  }
}
