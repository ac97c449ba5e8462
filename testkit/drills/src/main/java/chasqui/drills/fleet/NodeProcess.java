package chasqui.drills.fleet;

import chasqui.testkit.process.JavaCommand;
import chasqui.testkit.process.JavaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// A node in a process of its own, on a data folder that outlives it. Not for several threads.
public final class NodeProcess implements AutoCloseable {

  /// What the launcher gives every JVM of ours.
  public static final List<String> JVM_FLAGS = List.of(
      "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-XX:+UseCompactObjectHeaders",
      "-XX:+ExitOnOutOfMemoryError");
  /// Settings for what measures the machine, or needs more of one account than an honest one does: budgets that nothing
  /// of ours can spend.
  public static final List<String> WITHOUT_BUDGETS = withoutBudgets();
  private static final Duration READY_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final Path data;
  private final List<String> wrapper;
  private final List<String> settings;
  private JavaProcess process;
  private String edgeAddress = "127.0.0.1:0";
  private String opsAddress = "127.0.0.1:0";

  /// @param wrapper a command that runs the JVM (a tracer), or empty
  /// @param settings configuration as `key=value`, given as environment
  public NodeProcess(Path data, List<String> wrapper, List<String> settings) {
    this.data = data;
    this.wrapper = List.copyOf(wrapper);
    this.settings = List.copyOf(settings);
  }

  public NodeProcess(Path data) {
    this(data, List.of(), List.of());
  }

  /// Starts the node and waits until it serves. After the first start it takes the same ports again.
  public void start() {
    if (process != null && process.isAlive()) {
      throw new IllegalStateException("the node runs already, as process " + process.pid());
    }
    JavaCommand command = new JavaCommand("chasqui.node.Main")
        .prefix(wrapper.toArray(String[]::new))
        .jvm(JVM_FLAGS.toArray(String[]::new))
        .arguments("run", "--data", data.toString());
    set(command, "edge.port=" + port(edgeAddress));
    set(command, "ops.port=" + port(opsAddress));
    settings.forEach(setting -> set(command, setting));
    process = command.start();
    take(process.awaitLine("READY ", READY_LIMIT));
  }

  private static List<String> withoutBudgets() {
    return Stream.of(
            "edge.budgets.device-sends", "edge.budgets.user-sends", "edge.budgets.calls", "edge.budgets.creations",
            "edge.budgets.contacts", "edge.budgets.misses", "mailbox.budgets.sends", "mailbox.budgets.memberships")
        .flatMap(budget -> Stream.of(budget + ".per-minute=100000000", budget + ".burst=100000000"))
        .toList();
  }

  private static String port(String address) {
    return address.substring(address.lastIndexOf(':') + 1);
  }

  private static void set(JavaCommand command, String setting) {
    int equals = setting.indexOf('=');
    String name = setting.substring(0, equals).replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    command.environment("CHASQUI_" + name, setting.substring(equals + 1));
  }

  private void take(String ready) {
    for (String part : ready.split(" ")) {
      if (part.startsWith("edge=")) {
        edgeAddress = part.substring("edge=".length());
      } else if (part.startsWith("ops=")) {
        opsAddress = part.substring("ops=".length());
      }
    }
  }

  /// Ends the process at once, as `kill -9` does, and waits until it is gone.
  public void kill() {
    process.kill();
  }

  /// Asks the process to end in good order and waits; returns the exit code.
  public int stop() {
    process.terminate();
    return process.awaitEnd(STOP_LIMIT);
  }

  public String edgeAddress() {
    return edgeAddress;
  }

  public String opsAddress() {
    return opsAddress;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /// What the process wrote to standard error, the latest lines.
  public List<String> errors() {
    return process == null ? List.of() : process.errors();
  }

  public Path data() {
    return data;
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
  }
}
