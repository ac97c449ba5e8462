package chasqui.drills.fuzz;

import chasqui.drills.fleet.NodeProcess;
import chasqui.testkit.process.JavaCommand;
import chasqui.testkit.process.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Jazzer in a process of its own, from the tree's corpus, for so many inputs or so long, whatever comes first.
public final class FuzzRun {

  private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";
  /// For one input, by the clock: a loop without an end.
  private static final Duration INPUT_MAX = Duration.ofSeconds(60);
  /// Beyond the time to fuzz: the start of the process, and its end.
  private static final Duration AROUND = Duration.ofMinutes(4);

  private final Targets target;
  private final Path folder;
  private final Consumer<String> progress;

  /// @param folder gets what was found, and keeps nothing else
  public FuzzRun(Targets target, Path folder, Consumer<String> progress) {
    this.target = target;
    this.folder = folder;
    this.progress = progress;
  }

  /// Fuzzes.
  ///
  /// @param seed of all choices: with the same code and corpus the same inputs come
  public FuzzReport run(long inputs, Duration time, long seed) {
    Path corpus = folder.resolve("corpus-" + target.word());
    List<byte[]> known = Corpus.of(target);
    try {
      Corpus.unpack(known, corpus);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    List<String> said = jazzer(List.of(
        "-runs=" + inputs, "-max_total_time=" + time.toSeconds(), "-seed=" + seed, corpus.toString()), time);
    return new FuzzReport(target, known.size(), said);
  }

  /// The inputs of the last run that together reach all that it reached, fewest first.
  public List<byte[]> smallest(Duration time) {
    Path merged = folder.resolve("merged-" + target.word());
    try {
      Files.createDirectories(merged);
      jazzer(List.of("-merge=1", "-set_cover_merge=1", merged.toString(), folder.resolve("corpus-" + target.word()).toString()), time);
      return Corpus.pack(merged);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private List<String> jazzer(List<String> arguments, Duration time) {
    String watched = globs("");
    // Inputs are messages of the right shape by themselves, and to watch what protobuf generated would take longer than all else.
    String generated = globs(".v1");
    List<String> all = new ArrayList<>(List.of(
        "--target_class=" + InsideJazzer.class.getName(), "--target_args=" + target.word(),
        "--instrumentation_includes=" + watched, "--instrumentation_excludes=" + generated,
        "--custom_hook_includes=" + watched, "--custom_hook_excludes=" + generated,
        "--reproducer_path=" + folder, "-artifact_prefix=" + folder + "/", "-timeout=" + INPUT_MAX.toSeconds(),
        "-max_len=" + target.bytesMax(), "-print_final_stats=1", "--mutator_framework=false"));
    all.addAll(arguments);
    JavaCommand command = new JavaCommand(JAZZER)
        .jvm(NodeProcess.JVM_FLAGS.toArray(String[]::new))
        // A short life: the first compiler is enough, and leaves the other core to others.
        .jvm("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx768m", "-XX:+EnableDynamicAgentLoading",
            "-Djdk.attach.allowAttachSelf=true")
        .arguments(all.toArray(String[]::new))
        .in(folder)
        .listener(progress);
    try (JavaProcess process = command.start()) {
      process.awaitEnd(time.plus(AROUND));
      return process.errors();
    }
  }

  private String globs(String part) {
    return String.join(":", target.packages().stream().map(name -> name + part + ".**").toList());
  }

  /// Where a finding is written: the inputs that repeat it.
  public Path finding() {
    return folder.resolve(InsideJazzer.finding(target));
  }
}
