package chasqui.drills.fleet;

import chasqui.testkit.process.JavaCommand;
import chasqui.testkit.process.JavaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// A node in a process of its own, on a data folder that outlives it. Started and ended by one thread; asked by any.
public final class NodeProcess implements AutoCloseable {

  /// What the launcher gives every JVM of ours.
  public static final List<String> JVM_FLAGS = List.of(
      "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-XX:+UseCompactObjectHeaders",
      "-XX:+ExitOnOutOfMemoryError");
  /// Settings for what measures the machine, or needs more of one account than an honest one does: budgets that nothing
  /// of ours can spend.
  public static final List<String> WITHOUT_BUDGETS = withoutBudgets();
  private static final Duration READY_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
  private static final String EDGE = "edge";
  private static final String OPS = "ops";
  private static final String INTERNAL = "internal";
  private static final String NOWHERE = "127.0.0.1:0";

  /// How a node is run.
  ///
  /// @param wrapper a command that runs the JVM (a tracer), or empty
  /// @param jvm options of the JVM beside what every JVM of ours gets
  /// @param settings configuration as `key=value`, given as environment
  /// @param listener hears every line of its log as it comes, on a thread of its own
  public record Launch(List<String> wrapper, List<String> jvm, List<String> settings, Consumer<String> listener) {}

  private final Path data;
  private final Launch launch;
  private final Map<String, String> environment = new ConcurrentHashMap<>();
  private final Map<String, String> addresses = new ConcurrentHashMap<>(Map.of(EDGE, NOWHERE, OPS, NOWHERE));
  private JavaProcess process;

  public NodeProcess(Path data, Launch launch) {
    this.data = data;
    this.launch = launch;
  }

  /// @param wrapper a command that runs the JVM (a tracer), or empty
  /// @param settings configuration as `key=value`, given as environment
  public NodeProcess(Path data, List<String> wrapper, List<String> settings) {
    this(data, new Launch(wrapper, List.of(), settings, _ -> { }));
  }

  public NodeProcess(Path data) {
    this(data, List.of(), List.of());
  }

  /// Starts the node and waits until it serves. After the first start it takes the same ports again.
  public void start() {
    launch();
    awaitReady();
  }

  /// Starts the node and does not wait.
  public void launch() {
    if (process != null && process.isAlive()) {
      throw new IllegalStateException("the node runs already, as process " + process.pid());
    }
    JavaCommand command = new JavaCommand("chasqui.node.Main")
        .prefix(launch.wrapper().toArray(String[]::new))
        .jvm(JVM_FLAGS.toArray(String[]::new))
        .jvm(launch.jvm().toArray(String[]::new))
        .listener(launch.listener())
        .arguments("run", "--data", data.toString());
    set(command, "edge.port=" + port(EDGE));
    set(command, "ops.port=" + port(OPS));
    launch.settings().forEach(setting -> set(command, setting));
    if (addresses.containsKey(INTERNAL)) {
      set(command, "internal.port=" + port(INTERNAL));
    }
    environment.forEach(command::environment);
    process = command.start();
  }

  /// Waits until a launched node serves.
  public void awaitReady() {
    for (String part : process.awaitLine("READY ", READY_LIMIT).split(" ")) {
      int equals = part.indexOf('=');
      if (equals > 0 && equals < part.length() - 1) {
        addresses.put(part.substring(0, equals), part.substring(equals + 1));
      }
    }
  }

  /// Sets a variable of the next process; an empty value takes it back.
  public void environment(String name, String value) {
    if (value.isEmpty()) {
      environment.remove(name);
    } else {
      environment.put(name, value);
    }
  }

  private static List<String> withoutBudgets() {
    return Stream.of(
            "edge.budgets.device-sends", "edge.budgets.user-sends", "edge.budgets.calls", "edge.budgets.creations",
            "edge.budgets.contacts", "edge.budgets.misses", "mailbox.budgets.sends", "mailbox.budgets.memberships")
        .flatMap(budget -> Stream.of(budget + ".per-minute=100000000", budget + ".burst=100000000"))
        .toList();
  }

  private String port(String door) {
    String address = addresses.get(door);
    return address.substring(address.lastIndexOf(':') + 1);
  }

  private static void set(JavaCommand command, String setting) {
    int equals = setting.indexOf('=');
    String name = setting.substring(0, equals).replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    command.environment("CHASQUI_" + name, setting.substring(equals + 1));
  }

  /// Ends the process at once, as `kill -9` does, and waits until it is gone.
  public void kill() {
    process.kill();
  }

  /// Asks the process to end in good order and waits; returns the exit code.
  public int stop() {
    terminate();
    return awaitEnd();
  }

  /// Asks the process to end in good order.
  public void terminate() {
    process.terminate();
  }

  /// Waits until a process that is about to end has ended; returns the exit code.
  public int awaitEnd() {
    return process.awaitEnd(STOP_LIMIT);
  }

  /// Stops the process without ending it, as SIGSTOP does: its sockets stay open, its peers are told nothing.
  public void pause() {
    process.pause();
  }

  public void resume() {
    process.resume();
  }

  /// Where clients connect; port 0 before the first start, and where the node is no edge.
  public String edgeAddress() {
    return addresses.get(EDGE);
  }

  public String opsAddress() {
    return addresses.get(OPS);
  }

  /// Where it listens, by what for, as its ready line says: `edge`, `ops`, `internal`, …
  public Map<String, String> addresses() {
    Map<String, String> known = new TreeMap<>(addresses);
    known.values().removeIf(NOWHERE::equals);
    return known;
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
