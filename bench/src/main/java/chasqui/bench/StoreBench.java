package chasqui.bench;

import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.cql.CqlStoreConfig;
import chasqui.mailbox.store.cql.CqlTables;
import chasqui.testkit.cassandra.CqlServer;
import io.opentelemetry.api.OpenTelemetry;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// `bench store`: three ways of writing messages on one CQL server, in one interleaved run.
final class StoreBench {
  private static final int HEAP_MIB = 1_024;
  private static final int SLOTS = 1_024;
  /// A machine whose cores the server shares answers late; a deadline would only add failures.
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

  /// @param senders each has one message under way
  /// @param repeats rounds; in each every way has an interval
  /// @param commitLog of the server, where it is ours
  record Plan(
      int senders, int stripes, int repeats, double warmUpSeconds, double seconds, int payloadBytes,
      CqlServer.CommitLog commitLog) {}

  private StoreBench() {}

  static StoreReport run(Plan plan, RandomGenerator random, Consumer<String> progress) throws StoreOpenException {
    progress.accept("starting the CQL server");
    try (CqlServer server = CqlServer.external().orElseGet(() -> CqlServer.ofOurs(HEAP_MIB, plan.commitLog()));
        CqlTables tables = open(server)) {
      InstantSource clock = InstantSource.system();
      String life = "bench-" + Long.toString(clock.millis(), Character.MAX_RADIX);
      try (StoreWay journal = new JournalWay(life, open(server), plan.stripes(), clock, random);
          StoreWay conditional = new ConditionalWay(life + "-each", tables, plan.senders());
          StoreWay plain = new PlainWay(tables.commits())) {
        List<StoreInterval> intervals = new ArrayList<>();
        for (StoreWay way : List.of(conditional, journal, plain)) {
          intervals.add(new StoreInterval(way, life, plan, random));
        }
        for (StoreInterval interval : intervals) {
          progress.accept("warming up: " + interval.name());
          interval.run(plan.warmUpSeconds());
        }
        return measure(plan, intervals, progress);
      }
    }
  }

  private static StoreReport measure(Plan plan, List<StoreInterval> intervals, Consumer<String> progress) {
    List<StoreReport.Round> rounds = new ArrayList<>();
    for (int i = 0; i < plan.repeats(); i++) {
      List<StoreSample> samples = new ArrayList<>(Collections.nCopies(intervals.size(), null));
      for (int j = 0; j < intervals.size(); j++) {
        // Another one begins each round: whatever drifts falls on all alike.
        int which = (i + j) % intervals.size();
        StoreSample sample = intervals.get(which).run(plan.seconds());
        progress.accept("round " + (i + 1) + " of " + plan.repeats() + ", " + sample);
        samples.set(which, sample);
      }
      rounds.add(new StoreReport.Round(samples.get(0), samples.get(1), samples.get(2)));
    }
    return new StoreReport(plan.senders(), plan.payloadBytes(), plan.commitLog(), rounds);
  }

  private static CqlTables open(CqlServer server) throws StoreOpenException {
    CqlStoreConfig config =
        CqlStoreConfig.defaults(List.of(server.contactPoints().split(",")), server.datacenter(), "chasqui_bench")
            .withReplication(server.replication(), server.ddlSuffix())
            .withRequestTimeout(REQUEST_TIMEOUT);
    return CqlTables.open(config, SLOTS,
        new CqlTables.Surroundings(InstantSource.system(), new SecureRandom(), OpenTelemetry.noop().getMeter("bench")));
  }
}
