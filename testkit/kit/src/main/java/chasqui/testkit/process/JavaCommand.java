package chasqui.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// How to start a JVM: by default the one we run on, with our own class path.
public final class JavaCommand {
  // Options that a JVM takes from its surroundings, and says so on its standard error. They are meant for other JVMs.
  private static final List<String> FOREIGN = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  private final String mainClass;
  private final List<String> prefix = new ArrayList<>();
  private final List<String> jvmArguments = new ArrayList<>();
  private final List<String> arguments = new ArrayList<>();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private String classPath =
      System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  private Path javaHome = Path.of(System.getProperty("java.home"));
  private Path folder;
  private Consumer<String> listener = _ -> {};

  public JavaCommand(String mainClass) {
    this.mainClass = mainClass;
  }

  public JavaCommand classPath(String path) {
    classPath = path;
    return this;
  }

  /// Another JDK than ours.
  public JavaCommand javaHome(Path home) {
    javaHome = home;
    return this;
  }

  /// What stands before `java`, such as a tracer.
  public JavaCommand prefix(String... words) {
    prefix.addAll(List.of(words));
    return this;
  }

  public JavaCommand jvm(String... words) {
    jvmArguments.addAll(List.of(words));
    return this;
  }

  public JavaCommand arguments(String... words) {
    arguments.addAll(List.of(words));
    return this;
  }

  public JavaCommand environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  public JavaCommand in(Path workingFolder) {
    folder = workingFolder;
    return this;
  }

  /// Hears every line of both outputs as it comes, on a thread of its own.
  public JavaCommand listener(Consumer<String> toCall) {
    listener = toCall;
    return this;
  }

  List<String> words() {
    List<String> words = new ArrayList<>(prefix);
    words.add(javaHome.resolve("bin").resolve("java").toString());
    words.addAll(jvmArguments);
    words.add("-cp");
    words.add(classPath);
    words.add(mainClass);
    words.addAll(arguments);
    return words;
  }

  public JavaProcess start() {
    ProcessBuilder builder = new ProcessBuilder(words());
    FOREIGN.forEach(builder.environment()::remove);
    builder.environment().putAll(environment);
    if (folder != null) {
      builder.directory(folder.toFile());
    }
    try {
      return new JavaProcess(mainClass, Guard.start(builder), listener);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + words(), e);
    }
  }
}
