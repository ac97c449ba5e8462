package chasqui.testkit.cassandra;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What Cassandra runs on: its jars, and a JDK. Its releases support Java 17; on ours it runs with one class replaced.
///
/// @param jars a folder
/// @param javaHome of the JDK
/// @param isSupported true if Cassandra supports it as it is
record CassandraRuntime(Path jars, Path javaHome, boolean isSupported) {
  private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"17[.\"].*");
  private static final String SHIM = "org/apache/cassandra/security/ThreadAwareSecurityManager.class";

  private static final List<String> EXPORTS_OF_BOTH = List.of(
      "java.base/jdk.internal.misc", "java.base/java.lang.ref", "java.management.rmi/com.sun.jmx.remote.internal.rmi",
      "java.rmi/sun.rmi.registry", "java.rmi/sun.rmi.server", "java.sql/java.sql", "jdk.unsupported/sun.misc");
  private static final List<String> OPENS_OF_BOTH = List.of(
      "java.base/java.lang", "java.base/java.lang.module", "java.base/java.lang.reflect", "java.base/java.io",
      "java.base/java.util", "java.base/sun.nio.ch", "java.base/jdk.internal.loader", "java.base/jdk.internal.ref",
      "java.base/jdk.internal.reflect", "java.base/jdk.internal.math", "java.base/jdk.internal.module",
      "java.base/jdk.internal.util.jar", "jdk.management/com.sun.management.internal");

  static CassandraRuntime find() {
    boolean onlyOurs = "ours".equals(System.getenv("CHASQUI_CASSANDRA_JDK"));
    Optional<Path> supported = onlyOurs ? Optional.empty() : candidates().filter(CassandraRuntime::isJava17).findFirst();
    Path ours = Path.of(System.getProperty("java.home"));
    return new CassandraRuntime(findJars(), supported.orElse(ours), supported.isPresent());
  }

  private static Path findJars() {
    Path inTree = Path.of("testkit", "cassandra", "target", "lib");
    Path from = Path.of(System.getProperty("chasqui.home", System.getProperty("user.dir"))).toAbsolutePath();
    for (Path folder = from; folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve(inTree))) {
        return folder.resolve(inTree);
      }
    }
    throw new IllegalStateException("Cassandra's jars are not in " + inTree + " of " + from
        + " or a folder above: mvn -q -f testkit/cassandra/pom.xml generate-resources fetches them");
  }

  private static Stream<Path> candidates() {
    List<Path> candidates = new ArrayList<>();
    Optional.ofNullable(System.getenv("JAVA17_HOME")).map(Path::of).ifPresent(candidates::add);
    for (String folder : List.of("/usr/lib/jvm", "/Library/Java/JavaVirtualMachines")) {
      try (Stream<Path> found = Files.list(Path.of(folder))) {
        found.sorted().forEach(jdk -> candidates.addAll(List.of(jdk, jdk.resolve("Contents").resolve("Home"))));
      } catch (IOException none) {
        continue;
      }
    }
    return candidates.stream();
  }

  private static boolean isJava17(Path jdk) {
    Path release = jdk.resolve("release");
    if (!Files.isExecutable(jdk.resolve("bin").resolve("java")) || !Files.isReadable(release)) {
      return false;
    }
    try {
      return Files.readAllLines(release).stream().anyMatch(line -> VERSION.matcher(line).matches());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Options that let Cassandra reach into the JDK.
  List<String> options() {
    List<String> options = new ArrayList<>(List.of(
        "-Djdk.attach.allowAttachSelf=true", "-Dio.netty.tryReflectionSetAccessible=true"));
    EXPORTS_OF_BOTH.forEach(part -> options.add("--add-exports=" + part + "=ALL-UNNAMED"));
    OPENS_OF_BOTH.forEach(part -> options.add("--add-opens=" + part + "=ALL-UNNAMED"));
    options.addAll(
        isSupported
            ? List.of(
                "--add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED",
                "--add-exports=jdk.attach/sun.tools.attach=ALL-UNNAMED",
                "--add-opens=jdk.compiler/com.sun.tools.javac=ALL-UNNAMED")
            : List.of(
                "--add-opens=java.base/java.nio=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED"));
    return options;
  }

  /// The class path of a node whose configuration is in `conf`; puts the replaced class beside it where it is needed.
  String classPath(Path conf) {
    String all = jars + "/*";
    return isSupported ? conf + ":" + all : conf + ":" + shim(conf.resolveSibling("shim")) + ":" + all;
  }

  private static Path shim(Path folder) {
    Path file = folder.resolve(SHIM);
    try (InputStream bytes = CassandraRuntime.class.getClassLoader().getResourceAsStream(SHIM)) {
      Files.createDirectories(file.getParent());
      Files.write(file, bytes.readAllBytes());
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
