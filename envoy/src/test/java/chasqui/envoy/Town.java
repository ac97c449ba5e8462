package chasqui.envoy;

import chasqui.client.ChasquiClient;
import chasqui.client.session.ClientEvent;
import chasqui.edge.auth.AuthConfig;
import chasqui.edge.auth.DevKeys;
import chasqui.edge.auth.KeySource;
import chasqui.node.Platform;
import chasqui.node.config.ConfigFile;
import chasqui.node.config.Settings;
import chasqui.node.mesh.Cluster;
import chasqui.node.mesh.EdgeRole;
import chasqui.node.mesh.NodeRoles;
import chasqui.node.telemetry.Telemetry;
import chasqui.testkit.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Two edges, and all that stands behind them, in this process; and people who talk to them through Envoy.
final class Town implements AutoCloseable {

  /// A person with one device, through the real SDK.
  static final class Person implements AutoCloseable {
    private final ChasquiClient client;
    private final List<String> shown = new CopyOnWriteArrayList<>();
    private final AtomicInteger streams = new AtomicInteger();

    private Person(Town town, String name, Front front) {
      client = ChasquiClient.builder()
          .endpoints(front.address())
          .trust(front.authority())
          .token(_ -> town.token(name))
          .deviceId("phone")
          .listener(event -> {
            if (event instanceof ClientEvent.EntryReceived received && received.entry().hasMessage() && !received.own()) {
              shown.add(received.entry().getMessage().getText().getText());
            } else if (event instanceof ClientEvent.Connected) {
              streams.incrementAndGet();
            }
          })
          .connect();
    }

    /// How many streams it has had so far.
    int streams() {
      return streams.get();
    }

    String direct(String other) {
      return ChasquiClient.await(client.conversations().createDirect(other)).getConversationId();
    }

    void say(String conversation, String text) {
      ChasquiClient.await(client.sendText(conversation, text));
    }

    /// Waits until this was shown, once and as the newest.
    void hear(String text) {
      Await.value(Front.PATIENCE, () -> text + " is not shown, but " + shown,
          () -> shown.isEmpty() || !shown.getLast().equals(text) ? Optional.empty() : Optional.of(true));
      if (shown.stream().filter(text::equals).count() != 1) {
        throw new AssertionError(text + " is shown more than once: " + shown);
      }
    }

    @Override
    public void close() {
      client.close();
    }
  }

  private final Telemetry telemetry = Telemetry.start();
  private final DevKeys keys;
  private final NodeRoles mesh;

  private Town(Path data, Map<String, String> settings) {
    try {
      keys = DevKeys.of(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> environment = new HashMap<>();
    // What an edge behind Envoy needs (envoy/README.md): Envoy judges who resets too much, and its connections are shared.
    Map<String, String> all = new HashMap<>(Map.of(
        "edge.port", "0", "node.drain-deadline", "2s", "edge.server.resets-max", "1000000"));
    all.putAll(settings);
    all.forEach((key, value) ->
        environment.put("CHASQUI_" + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT), value));
    Platform platform = Platform.of(InstantSource.system(), new SecureRandom(), telemetry.meter(), (what, cause) -> {
      throw new AssertionError(what, cause);
    });
    mesh = NodeRoles.start(Settings.load(data, ConfigFile.NONE, environment), platform,
        Optional.of(KeySource.fixed(keys.verifying())), 2, Cluster.alone());
    Await.until(Front.PATIENCE, "the edges are ready", () -> mesh.edges().stream().allMatch(EdgeRole::isReady));
  }

  static Town start(Path data) {
    return new Town(data, Map.of());
  }

  static Town start(Path data, Map<String, String> settings) {
    return new Town(data, settings);
  }

  String token(String user) {
    return keys.minter(AuthConfig.DEFAULT.audience(), InstantSource.system()).mint(user, Duration.ofHours(1));
  }

  Person person(String name, Front front) {
    return new Person(this, name, front);
  }

  /// Edges are counted from 0.
  EdgeRole edge(int number) {
    return mesh.edges().get(number);
  }

  void awaitSessions(int edge, int count) {
    Await.value(Front.PATIENCE, () -> "edge " + edge + " has " + edge(edge).sessions() + " streams, not " + count,
        () -> edge(edge).sessions() == count ? Optional.of(true) : Optional.empty());
  }

  /// The sum of one metric over its labels.
  double metric(String name) {
    return telemetry.text().lines().filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
  }

  @Override
  public void close() {
    mesh.close();
    telemetry.close();
  }
}
