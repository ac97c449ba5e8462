package chasqui.drills.sim.mesh;

import chasqui.discovery.Role;
import chasqui.drills.sim.store.SimStore;
import chasqui.drills.sim.store.StoreTables;
import chasqui.drills.sim.store.StoreWatch;
import chasqui.drills.sim.store.StoreWeather;
import chasqui.drills.sim.store.StoreWrite;
import chasqui.store.v1.DataSetRow;
import chasqui.testkit.sim.SimClock;
import chasqui.testkit.sim.SimDisk;
import chasqui.testkit.sim.SimNode;
import chasqui.testkit.sim.SimWorld;
import com.google.protobuf.ByteString;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The nodes of a mesh in a simulated world. One of them is the mailbox, on a disk that outlives it.
public final class Mesh {
  private final SimWorld world;
  private final MeshSettings settings;
  private final List<NodeSetup> setups;
  private final Views views;
  private final List<MeshNode> nodes = new ArrayList<>();
  private final SimDisk<StoreWrite> disk;
  private final StoreWatch watch;
  private Consumer<Supplier<String>> talk = _ -> {};
  private StoreWeather weather = StoreWeather.FAIR;

  public Mesh(SimWorld world, MeshSettings settings, List<NodeSetup> setups, StoreWatch watch) {
    this.watch = watch;
    this.world = world;
    this.settings = settings;
    this.setups = List.copyOf(setups);
    this.views = new Views(world.scheduler(), world.random().split("views"));
    this.disk = world.disk(world.node(mailboxName()));
  }

  /// Starts every node, and each again whenever the world does.
  public void start() {
    for (NodeSetup setup : setups) {
      SimNode node = world.node(setup.name());
      node.start(self -> {
        MeshNode program = new MeshNode(this, self, setup);
        nodes.removeIf(old -> old.name().equals(setup.name()));
        nodes.add(program);
        program.start();
      });
    }
  }

  /// Somebody outside the mesh who calls its unary services for anybody.
  public Clerk clerk() {
    return new Clerk(this, world.node("clerk"));
  }

  public List<String> names() {
    return setups.stream().map(NodeSetup::name).toList();
  }

  /// The nodes that clients may connect to.
  public List<String> edges() {
    return setups.stream().filter(setup -> setup.roles().contains(Role.EDGE)).map(NodeSetup::name).toList();
  }

  public String mailboxName() {
    return setups.stream().filter(setup -> setup.roles().contains(Role.MAILBOX)).findFirst().orElseThrow().name();
  }

  /// The store's behaviour from now on.
  public void weather(StoreWeather now) {
    weather = now;
  }

  /// What is durable.
  public StoreTables stored() {
    return SimStore.look(disk);
  }

  /// Lets a node leave in good order and come back.
  public void leave(String name, long deadlineMillis, long awayNanos) {
    nodes.stream().filter(node -> node.name().equals(name)).forEach(node -> node.leave(deadlineMillis, awayNanos));
  }

  /// A clock that no node is ahead of: what a token's issuer goes by, whose tokens are good everywhere.
  public InstantSource latestClock() {
    return () -> setups.stream().map(setup -> world.node(setup.name()).clock().instant()).max(Instant::compareTo).orElseThrow();
  }

  SimWorld world() {
    return world;
  }

  MeshSettings settings() {
    return settings;
  }

  Views views() {
    return views;
  }

  /// Has somebody hear what the mailbox is asked and answers, in words.
  public void talkTo(Consumer<String> hearer) {
    talk = words -> hearer.accept(world.scheduler().nowNanos() / 1_000 + " us " + words.get());
  }

  Consumer<Supplier<String>> talk() {
    return talk;
  }

  SimStore.Ground ground(SimNode node) {
    return new SimStore.Ground(
        node, disk, node.random().split("store " + node.incarnation()), () -> weather, watch,
        () -> node.crash(true));
  }

  DataSetRow newDataSet() {
    byte[] key = new byte[32];
    world.random().split("data set").nextBytes(key);
    return DataSetRow.newBuilder()
        .setSchemaVersion(3)
        .setSlots(settings.slots())
        .setConversationIdKey(ByteString.copyFrom(key))
        .setCreatedMicros(SimClock.BEGIN.toEpochMilli() * 1_000)
        .build();
  }
}
