package chasqui.testkit.check;

import chasqui.testkit.history.HistoryReader;
import chasqui.testkit.history.Observation;
import chasqui.testkit.history.ObservationSink;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// Judges a history by all eight promises, observation by observation, then [#verdict] once.
///
/// Not for several threads: collect a running history in a `History` or in files and judge it afterwards.
public final class Judge implements ObservationSink {
  private final Facts facts = new Facts();
  private final Findings findings = new Findings();
  private final List<Checker> checkers;
  private long observations;
  private boolean concluded;

  public Judge() {
    this(Set.of());
  }

  /// @param gauges queues and memories that must have been sampled at least once
  public Judge(Set<String> gauges) {
    // SoftState reads what NoLoss found.
    checkers = List.of(
        new NoLoss(),
        new NoDuplicate(),
        new DenseOrder(),
        new AckedIsDurable(),
        new CursorForward(),
        new NoUnboundedQueue(gauges),
        new NoLeak(),
        new SoftState());
  }

  public static Verdict of(List<Observation> history) {
    Judge judge = new Judge();
    history.forEach(judge::accept);
    return judge.verdict();
  }

  /// Judges files in the order given; a device's observations must not be spread over files out of order.
  public static Verdict ofFiles(List<Path> files) {
    Judge judge = new Judge();
    HistoryReader reader = new HistoryReader();
    files.forEach(file -> reader.read(file, judge));
    return judge.verdict();
  }

  @Override
  public void accept(Observation observation) {
    if (concluded) {
      throw new IllegalStateException("the verdict has been given");
    }
    observations++;
    for (Checker checker : checkers) {
      checker.observe(observation, facts, findings);
    }
    facts.absorb(observation);
  }

  public Verdict verdict() {
    if (concluded) {
      throw new IllegalStateException("the verdict has been given");
    }
    concluded = true;
    for (Checker checker : checkers) {
      checker.conclude(facts, findings);
    }
    return new VerdictCount(facts, findings).verdict(observations);
  }
}
