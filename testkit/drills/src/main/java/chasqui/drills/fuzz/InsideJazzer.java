package chasqui.drills.fuzz;

import chasqui.drills.sim.BugLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What Jazzer calls, in a process of its own. Found by its name and by the names of its methods: nothing of ours needs
/// Jazzer to compile, or to repeat an input.
public final class InsideJazzer {

  static final String DEAREST = "dearest_event_us";
  static final String LARGEST = "largest_event_kb";
  private static final int MEMORY_MAX = 1_000;

  private static final Cost COST = new Cost();
  private static final List<byte[]> LATEST = new ArrayList<>();
  private static Targets kind;
  private static Target target;

  private InsideJazzer() {}

  /// The file of a finding, in the folder that the process works in.
  static String finding(Targets target) {
    return "finding-" + target.word() + ".hex";
  }

  /// @param arguments the target's name
  public static void fuzzerInitialize(String[] arguments) {
    BugLog.install();
    kind = Targets.valueOf(arguments[0].toUpperCase(Locale.ROOT));
    target = kind.target(COST);
  }

  public static void fuzzerTestOneInput(byte[] input) {
    LATEST.add(input);
    try {
      target.take(input);
    } catch (RuntimeException | Error breach) {
      keep();
      throw breach;
    }
    if (LATEST.size() > MEMORY_MAX) {
      LATEST.subList(0, MEMORY_MAX / 2).clear();
    }
  }

  /// The input alone, if it does it alone; otherwise with those before it.
  private static void keep() {
    int from = LATEST.size() - Math.min(LATEST.size(), target.memory());
    List<byte[]> all = List.copyOf(LATEST.subList(from, LATEST.size()));
    List<byte[]> alone = List.of(all.getLast());
    try {
      Files.write(Path.of(finding(kind)), Corpus.lines(breaks(alone) ? alone : all));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static boolean breaks(List<byte[]> inputs) {
    Target fresh = kind.target(new Cost());
    try {
      inputs.forEach(fresh::take);
      return false;
    } catch (RuntimeException | Error again) {
      return true;
    }
  }

  /// In the form of the fuzzer's own figures.
  public static void fuzzerTearDown() {
    System.err.println("stat::" + DEAREST + ": " + COST.dearestMicros());
    System.err.println("stat::" + LARGEST + ": " + COST.largestKilobytes());
  }
}
