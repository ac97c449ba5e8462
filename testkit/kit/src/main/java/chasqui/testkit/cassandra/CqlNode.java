package chasqui.testkit.cassandra;

import chasqui.testkit.process.Await;
import chasqui.testkit.process.JavaCommand;
import chasqui.testkit.process.JavaProcess;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// One Cassandra process. Its data outlives it until the server is closed.
public final class CqlNode {
  private static final Duration START_LIMIT = Duration.ofMinutes(4);
  private static final Duration STOP_LIMIT = Duration.ofMinutes(1);
  private static final int LOG_LINES_TOLD = 40;

  private final String address;
  private final int port;
  private final JavaCommand command;
  private JavaProcess process;

  CqlNode(String address, int port, JavaCommand command) {
    this.address = address;
    this.port = port;
    this.command = command;
  }

  public String address() {
    return address;
  }

  /// Where it answers CQL: HOST:PORT.
  public String endpoint() {
    return address + ":" + port;
  }

  public long pid() {
    return process.pid();
  }

  /// Starts it, on the data it has; {@link #awaitCql} tells when it serves.
  public void start() {
    if (process != null && process.isAlive()) {
      throw new IllegalStateException(address + " runs");
    }
    process = command.start();
  }

  /// Returns when it answers over CQL.
  public void awaitCql() {
    Await.value(START_LIMIT, () -> "no CQL from " + this, () -> {
      if (!process.isAlive()) {
        process.awaitEnd(STOP_LIMIT);
        throw new AssertionError("Cassandra ended: " + this);
      }
      return NativeProtocol.answers(address, port) ? Optional.of(true) : Optional.empty();
    });
  }

  /// Returns when it has seen so many other nodes come up since it was started.
  void awaitPeers(int count) {
    Await.value(START_LIMIT, () -> address + " sees " + count + " others: " + this,
        () -> process.output().stream().filter(line -> line.endsWith(" is now UP")).distinct().count() >= count
            ? Optional.of(true) : Optional.empty());
  }

  /// Ends it without warning.
  public void kill() {
    process.kill();
  }

  /// Ends it in good order.
  public void stop() {
    process.terminate();
    process.awaitEnd(STOP_LIMIT);
  }

  /// Stops it without ending it: to all others it is a silent peer.
  public void pause() {
    process.pause();
  }

  public void resume() {
    process.resume();
  }

  void close() {
    if (process != null) {
      process.close();
    }
  }

  /// What it wrote last.
  public List<String> logTail() {
    List<String> lines = process.output();
    return lines.subList(Math.max(0, lines.size() - LOG_LINES_TOLD), lines.size());
  }

  @Override
  public String toString() {
    return address + ":" + port + (process == null ? ", not started" : ", " + process + "\n" + String.join("\n", logTail()));
  }
}
