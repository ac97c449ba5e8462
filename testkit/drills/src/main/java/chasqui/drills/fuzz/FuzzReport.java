package chasqui.drills.fuzz;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// What came of a run, read from what the fuzzer said.
///
/// @param target what was fuzzed
/// @param known inputs of the corpus
/// @param said the fuzzer's lines
public record FuzzReport(Targets target, int known, List<String> said) {

  private static final Pattern COVERED = Pattern.compile("#\\d+\\s+\\w+\\s+cov: (\\d+) ft: (\\d+) .*");
  private static final Pattern COUNT = Pattern.compile("stat::(\\w+): +(\\d+)");
  private static final Pattern DONE = Pattern.compile("Done \\d+ runs in .*");
  private static final Pattern FOUND = Pattern.compile("== Java Exception: .*|.*ERROR: libFuzzer: .*|== ERROR: .*");
  private static final int LINES_OF_FINDING = 12;

  /// Nothing was found, and the fuzzer came to its end by itself.
  public boolean holds() {
    return said.stream().anyMatch(line -> DONE.matcher(line).matches()) && said.stream().noneMatch(FuzzReport::isFinding);
  }

  private static boolean isFinding(String line) {
    return FOUND.matcher(line).matches();
  }

  /// What was found and the beginning of its stack trace, or how the fuzzer broke off.
  public List<String> finding() {
    int at = IntStream.range(0, said.size()).filter(i -> isFinding(said.get(i))).findFirst()
        .orElse(Math.max(0, said.size() - LINES_OF_FINDING));
    return said.subList(at, Math.min(said.size(), at + LINES_OF_FINDING));
  }

  /// Figures by name. Coverage counts branches that were taken, features also how often.
  public Map<String, Object> figures() {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("inputs", count("number_of_executed_units"));
    figures.put("inputs_a_second", count("average_exec_per_sec"));
    figures.put("corpus", known);
    figures.put("coverage_of_corpus", coverageOfCorpus());
    figures.put("coverage", covered(1));
    figures.put("features", covered(2));
    figures.put("new_inputs", count("new_units_added"));
    figures.put("dearest_event_us", count(InsideJazzer.DEAREST));
    figures.put("largest_event_kb", count(InsideJazzer.LARGEST));
    return figures;
  }

  private long count(String name) {
    return said.stream().map(COUNT::matcher).filter(matcher -> matcher.matches() && matcher.group(1).equals(name))
        .mapToLong(matcher -> Long.parseLong(matcher.group(2))).findFirst().orElse(0);
  }

  private long coverageOfCorpus() {
    return said.stream().filter(line -> line.contains("INITED")).map(COVERED::matcher).filter(Matcher::matches)
        .mapToLong(matcher -> Long.parseLong(matcher.group(1))).findFirst().orElse(0);
  }

  private long covered(int group) {
    return said.reversed().stream().map(COVERED::matcher).filter(Matcher::matches)
        .mapToLong(matcher -> Long.parseLong(matcher.group(group))).findFirst().orElse(0);
  }

  /// One line for people.
  public String text() {
    StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%-6s %s", target.word(), holds() ? "held" : "BROKEN"));
    figures().forEach((name, value) -> text.append(", ").append(name.replace('_', ' ')).append(' ').append(value));
    return text.toString();
  }
}
