package chasqui.testkit.etcd;

import chasqui.testkit.process.Await;
import chasqui.testkit.process.FreePorts;
import chasqui.testkit.process.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A real etcd on the loopback address: members that can be killed, paused, started again on their data or without it.
/// Ends with everything it started when it is closed. One thread at a time.
public final class EtcdServer implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final Path program;
  private final Path folder;
  private final Consumer<String> log;
  private final List<Integer> clientPorts;
  private final List<Integer> peerPorts;
  private final List<JavaProcess> members = new ArrayList<>();
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

  private EtcdServer(Path program, Path folder, List<Integer> ports, Consumer<String> log) {
    this.program = program;
    this.folder = folder;
    this.log = log;
    int members = ports.size() / 2;
    clientPorts = ports.subList(0, members);
    peerPorts = ports.subList(members, 2 * members);
  }

  /// Starts etcd and waits until it serves.
  ///
  /// @param program etcd, as [chasqui.testkit.process.FetchedTool] finds it
  /// @param folder an empty folder for its data; stays when this is closed
  /// @param members how many: 1 or 3
  public static EtcdServer start(Path program, Path folder, int members) {
    return start(program, folder, members, _ -> { });
  }

  /// The same.
  ///
  /// @param log hears every line of all members, on threads of its own
  public static EtcdServer start(Path program, Path folder, int members, Consumer<String> log) {
    return FreePorts.started(2 * members, ports -> started(new EtcdServer(program, folder, ports, log)));
  }

  private static EtcdServer started(EtcdServer etcd) {
    int members = etcd.clientPorts.size();
    boolean isFresh = IntStream.range(0, members).noneMatch(member -> Files.exists(etcd.data(member)));
    try {
      IntStream.range(0, members).forEach(member -> etcd.members.add(etcd.run(member)));
      etcd.awaitHealthy();
      return etcd;
    } catch (RuntimeException | Error failure) {
      etcd.close();
      if (isFresh) {
        // The next try is told other ports than those that may be written there.
        IntStream.range(0, members).forEach(member -> remove(etcd.data(member)));
      }
      throw failure;
    }
  }

  /// `host:port` of each member.
  public List<String> endpoints() {
    return clientPorts.stream().map(port -> "127.0.0.1:" + port).toList();
  }

  public long pid(int member) {
    return members.get(member).pid();
  }

  /// Waits until every member says that it can serve.
  public void awaitHealthy() {
    for (int member = 0; member < members.size(); member++) {
      int port = clientPorts.get(member);
      JavaProcess process = members.get(member);
      Await.value(START_LIMIT, () -> "etcd serves on port " + port + ", " + process, () -> {
        members.forEach(EtcdServer::requireAlive);
        return get(port, "/health").contains("\"true\"") ? Optional.of(true) : Optional.empty();
      });
    }
  }

  private static void requireAlive(JavaProcess process) {
    if (!process.isAlive()) {
      process.awaitEnd(START_LIMIT);
      throw new AssertionError("etcd ended: " + process);
    }
  }

  /// The member that leads, asked of the members that answer.
  public int leader() {
    return Await.value(START_LIMIT, "a member of etcd leads", () -> IntStream.range(0, members.size())
        .filter(member -> get(clientPorts.get(member), "/metrics").contains("\netcd_server_is_leader 1"))
        .boxed()
        .findFirst());
  }

  /// Ends a member as SIGKILL does.
  public void kill(int member) {
    members.get(member).kill();
  }

  /// Stops a member without ending it; its connections stay open.
  public void pause(int member) {
    members.get(member).pause();
  }

  public void resume(int member) {
    members.get(member).resume();
  }

  /// Starts a member that was killed, on its data. Does not wait until it serves.
  public void restart(int member) {
    members.get(member).close();
    members.set(member, run(member));
  }

  /// Ends all members and starts them without their data, on the same ports; waits until they serve.
  public void restartEmpty() {
    members.forEach(JavaProcess::kill);
    IntStream.range(0, members.size()).forEach(member -> remove(data(member)));
    IntStream.range(0, members.size()).forEach(this::restart);
    awaitHealthy();
  }

  private JavaProcess run(int member) {
    String client = "http://127.0.0.1:" + clientPorts.get(member);
    String peer = "http://127.0.0.1:" + peerPorts.get(member);
    String all = String.join(
        ",", IntStream.range(0, peerPorts.size()).mapToObj(i -> "m" + i + "=http://127.0.0.1:" + peerPorts.get(i)).toList());
    ProcessBuilder words = new ProcessBuilder(
        program.toString(), "--name", "m" + member, "--data-dir", data(member).toString(),
        "--listen-client-urls", client, "--advertise-client-urls", client,
        "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
        "--initial-cluster", all, "--log-level", "warn", "--logger", "zap");
    return JavaProcess.ofProgram("etcd m" + member, words, log);
  }

  private Path data(int member) {
    return folder.resolve("m" + member);
  }

  private String get(int port, String path) {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(2))
        .build();
    try {
      return http.send(request, BodyHandlers.ofString()).body();
    } catch (IOException notYet) {
      return "";
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", stop);
    }
  }

  private static void remove(Path data) {
    if (!Files.exists(data)) {
      return;
    }
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    members.forEach(JavaProcess::close);
    http.close();
  }
}
