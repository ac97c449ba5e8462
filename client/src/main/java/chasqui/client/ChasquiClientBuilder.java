package chasqui.client;

import chasqui.client.session.SessionBounds;
import chasqui.client.session.SessionConfig;
import chasqui.client.store.ClientStore;
import chasqui.client.store.FileStore;
import chasqui.client.store.VolatileStore;
import chasqui.edge.v1.Position;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/// Builds a [ChasquiClient]. An endpoint, a token source and a device are needed; everything else has a default.
public final class ChasquiClientBuilder {
  private final List<Endpoint> endpoints = new ArrayList<>();
  private final List<Position> positions = new ArrayList<>();
  private TokenSource tokens;
  private String deviceId;
  private String clientName = "chasqui-java";
  private Path dataFolder;
  private ChannelSource channels;
  private ClientListener listener = _ -> {};
  private FrameTap tap = new FrameTap() {};
  private Duration callPatience = Duration.ofSeconds(10);
  private SessionBounds bounds = SessionBounds.DEFAULTS;
  private InstantSource clock = Surroundings.steadyClock();
  private RandomGenerator random = new SecureRandom();
  private ScheduledExecutorService scheduler = Surroundings.Shared.SCHEDULER;
  private Executor blocking = Surroundings.Shared.VIRTUAL_THREADS;
  private Executor listenerExecutor = Surroundings.Shared.VIRTUAL_THREADS;

  ChasquiClientBuilder() {}

  /// Where to connect, `HOST:PORT`; tried in turn.
  public ChasquiClientBuilder endpoints(String... addresses) {
    Arrays.stream(addresses).map(Endpoint::parse).forEach(endpoints::add);
    return this;
  }

  public ChasquiClientBuilder token(TokenSource source) {
    tokens = source;
    return this;
  }

  /// The device, chosen once and kept with its data folder: 1 to 64 of `A-Z a-z 0-9 . _ -`.
  public ChasquiClientBuilder deviceId(String id) {
    deviceId = id;
    return this;
  }

  /// Name and version of the application, for operators.
  public ChasquiClientBuilder clientName(String name) {
    clientName = name;
    return this;
  }

  /// Where the outbox and the positions live; one folder per user and device. Without one, unsent messages are lost
  /// when the process ends.
  public ChasquiClientBuilder dataFolder(Path folder) {
    dataFolder = folder;
    return this;
  }

  /// Positions that the application kept itself, for example in the same transaction as the entries; they win over those
  /// of the data folder. This makes "shown once" hold across crashes of the client.
  public ChasquiClientBuilder positions(Collection<Position> known) {
    positions.addAll(known);
    return this;
  }

  /// TLS, trusting the authorities in this PEM file.
  public ChasquiClientBuilder trust(Path authorities) {
    channels = NettyChannels.tls(Objects.requireNonNull(authorities));
    return this;
  }

  /// TLS, trusting the authorities of the platform. The default, unless every endpoint is on this machine.
  public ChasquiClientBuilder tls() {
    channels = NettyChannels.tls(null);
    return this;
  }

  /// No encryption. The default where every endpoint is a loopback address; elsewhere the token is then readable by all
  /// on the way.
  public ChasquiClientBuilder plaintext() {
    channels = NettyChannels.plaintext();
    return this;
  }

  /// Connections of the application's own making.
  public ChasquiClientBuilder channels(ChannelSource source) {
    channels = source;
    return this;
  }

  public ChasquiClientBuilder listener(ClientListener told) {
    listener = told;
    return this;
  }

  /// How long calls (all but what goes through the outbox) are tried again while the server is away, busy or over a budget;
  /// 10 seconds by default. One attempt takes 10 seconds at most, and may begin at the end of this time. A program that
  /// nobody watches wants more: what it waits for then comes late instead of never.
  public ChasquiClientBuilder callPatience(Duration patience) {
    callPatience = patience;
    return this;
  }

  /// Sees raw frames; for tests and checkers.
  public ChasquiClientBuilder tap(FrameTap frames) {
    tap = frames;
    return this;
  }

  public ChasquiClientBuilder bounds(SessionBounds all) {
    bounds = all;
    return this;
  }

  /// Must not run backwards.
  public ChasquiClientBuilder clock(InstantSource source) {
    clock = source;
    return this;
  }

  /// Also makes message ids: a source that repeats itself must not be used with a real server.
  public ChasquiClientBuilder random(RandomGenerator generator) {
    random = generator;
    return this;
  }

  /// Runs short tasks only; not shut down by the client.
  public ChasquiClientBuilder scheduler(ScheduledExecutorService timers) {
    scheduler = timers;
    return this;
  }

  /// Runs what may block: writing the data folder, asking for tokens, and whatever follows on the futures of calls.
  /// Virtual threads by default.
  public ChasquiClientBuilder blockingExecutor(Executor executor) {
    blocking = executor;
    return this;
  }

  /// Runs the listener, one event at a time. With `Runnable::run` it runs on the transport's threads and must not block.
  public ChasquiClientBuilder listenerExecutor(Executor executor) {
    listenerExecutor = executor;
    return this;
  }

  /// Opens the data folder and begins to connect. What was in the outbox goes out first.
  ///
  /// @throws chasqui.client.store.DataFolderInUseException if another client has the data folder open
  public ChasquiClient connect() {
    if (tokens == null || deviceId == null) {
      throw new IllegalStateException("a token source and a device id are needed");
    }
    var session = new SessionConfig(deviceId, clientName, endpoints.size(), bounds);
    var surroundings = new Surroundings(clock, Surroundings.locked(random), scheduler, blocking, listenerExecutor);
    ClientStore store = dataFolder == null ? new VolatileStore() : new FileStore(dataFolder, blocking);
    var config = new ClientConfig(
        session, List.copyOf(endpoints), channels == null ? defaultChannels() : channels, store, tokens, listener, tap,
        callPatience);
    var client = new ChasquiClient(config, surroundings, store.restored().withPositions(positions));
    client.start();
    return client;
  }

  private ChannelSource defaultChannels() {
    return endpoints.stream().allMatch(Endpoint::isLoopback) ? NettyChannels.plaintext() : NettyChannels.tls(null);
  }
}
