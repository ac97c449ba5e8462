package chasqui.bench;

import chasqui.testkit.cassandra.CqlServer;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// The figures of `bench store`: medians over the rounds, with their spread.
record StoreReport(int senders, int payloadBytes, CqlServer.CommitLog commitLog, List<Round> rounds) {
  /// What is expected of the journal.
  private static final double TIMES_CONDITIONAL_MIN = 5;
  private static final double TIMES_PLAIN_MIN = 0.75;

  /// One interval of each way.
  record Round(StoreSample conditional, StoreSample journal, StoreSample plain) {
    double timesConditional() {
      return journal.perSecond() / conditional.perSecond();
    }

    double timesPlain() {
      return journal.perSecond() / plain.perSecond();
    }

    long failures() {
      return conditional.failures() + journal.failures() + plain.failures();
    }

    double messagesPerInsert() {
      return (double) journal.messages() / Math.max(1, journal.inserts());
    }
  }

  /// A run in which something was tried again compares different things.
  boolean valid() {
    return rounds.stream().allMatch(round -> round.failures() == 0);
  }

  private boolean reached() {
    return median(Round::timesConditional) >= TIMES_CONDITIONAL_MIN && median(Round::timesPlain) >= TIMES_PLAIN_MIN;
  }

  private double median(ToDoubleFunction<Round> figure) {
    return DirectReport.median(rounds.stream().map(figure::applyAsDouble).toList());
  }

  private String spread(ToDoubleFunction<Round> figure) {
    double min = rounds.stream().mapToDouble(figure).min().orElse(Double.NaN);
    double max = rounds.stream().mapToDouble(figure).max().orElse(Double.NaN);
    return String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", median(figure), min, max);
  }

  String table() {
    StringBuilder table = new StringBuilder();
    table.append(String.format(Locale.ROOT, "%d senders, %d random bytes, %d rounds; every way has the log row and the conversation's row written%n",
        senders, payloadBytes, rounds.size()));
    table.append("commit log of a server of ours: ").append(commitLog()).append('\n');
    table.append("                        msg/s    p50 ms    p99 ms\n");
    line(table, "conditional", Round::conditional);
    line(table, "journal", Round::journal);
    line(table, "plain", Round::plain);
    table.append("journal to conditional  ").append(spread(Round::timesConditional)).append(", expected 5 or more\n");
    table.append("journal to plain        ").append(spread(Round::timesPlain)).append(", expected 0.75 or more\n");
    table.append(String.format(Locale.ROOT, "messages per insert     %.0f%n", median(Round::messagesPerInsert)));
    table.append(valid() ? "" : "NO FIGURE: something had to be tried again\n");
    return table.toString();
  }

  private void line(StringBuilder table, String name, Function<Round, StoreSample> way) {
    table.append(String.format(Locale.ROOT, "  %-18s %8.0f  %8.1f  %8.1f%n", name,
        median(round -> way.apply(round).perSecond()), median(round -> way.apply(round).p50Micros() / 1e3),
        median(round -> way.apply(round).p99Micros() / 1e3)));
  }

  String json() {
    return String.format(Locale.ROOT,
        "{\"scenario\":\"store\",\"valid\":%b,\"reached\":%b,\"senders\":%d,\"payload_bytes\":%d,\"commit_log\":\"%s\",\"rounds\":%d,"
            + "\"conditional_per_second\":%.0f,\"journal_per_second\":%.0f,\"plain_per_second\":%.0f,"
            + "\"journal_to_conditional\":%.3f,\"journal_to_plain\":%.3f,\"messages_per_insert\":%.1f,\"failures\":%d}",
        valid(), reached(), senders, payloadBytes, commitLog, rounds.size(),
        median(round -> round.conditional().perSecond()), median(round -> round.journal().perSecond()),
        median(round -> round.plain().perSecond()), median(Round::timesConditional), median(Round::timesPlain),
        median(Round::messagesPerInsert), rounds.stream().mapToLong(Round::failures).sum());
  }
}
