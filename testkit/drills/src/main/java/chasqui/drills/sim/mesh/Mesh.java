package chasqui.drills.sim.mesh;

import chasqui.discovery.Role;
import chasqui.drills.sim.shared.Letters;
import chasqui.drills.sim.shared.SharedStoreNode;
import chasqui.drills.sim.store.StoreTables;
import chasqui.drills.sim.store.StoreWatch;
import chasqui.drills.sim.store.StoreWeather;
import chasqui.store.v1.DataSetRow;
import chasqui.testkit.sim.SimClock;
import chasqui.testkit.sim.SimNode;
import chasqui.testkit.sim.SimWorld;
import com.google.protobuf.ByteString;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The nodes of a mesh in a simulated world. One of them is the mailbox, on a disk that outlives it; or several are, over a
/// store that they share, and know each other by a membership service that fails as well.
public final class Mesh {
  public static final String STORE = SharedStoreNode.NAME;
  public static final String ETCD = EtcdNode.NAME;

  private final SimWorld world;
  private final MeshSettings settings;
  private final List<NodeSetup> setups;
  private final ViewSource views;
  private final List<MeshNode> nodes = new ArrayList<>();
  private final MailboxGround ground;
  private Consumer<Supplier<String>> talk = _ -> {};

  /// A mesh over an embedded store.
  public Mesh(SimWorld world, MeshSettings settings, List<NodeSetup> setups, StoreWatch watch) {
    this(world, settings, setups, new Views(world.scheduler(), world.random().split("views")),
        new EmbeddedGround(world, mailboxes(setups).getFirst(), newDataSet(world, settings), watch));
  }

  private Mesh(SimWorld world, MeshSettings settings, List<NodeSetup> setups, ViewSource views, MailboxGround ground) {
    this.world = world;
    this.settings = settings;
    this.setups = List.copyOf(setups);
    this.views = views;
    this.ground = ground;
  }

  /// A mesh whose mailboxes share a store, and whose nodes know each other by what {@link EtcdNode} tells.
  public static Mesh shared(SimWorld world, MeshSettings settings, List<NodeSetup> setups, StoreWatch watch) {
    Letters letters = new Letters(world.network());
    EtcdNode etcd = new EtcdNode(world, letters);
    return new Mesh(world, settings, setups, etcd,
        new SharedGround(world, letters, etcd, newDataSet(world, settings), watch));
  }

  /// Starts every node, and each again whenever the world does.
  public void start() {
    names().forEach(this::start);
  }

  /// Starts a node, and again whenever the world does.
  public void start(String name) {
    NodeSetup setup = setups.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    world.node(name).start(self -> {
      MeshNode program = new MeshNode(this, self, setup);
      nodes.removeIf(old -> old.name().equals(name));
      nodes.add(program);
      program.start();
    });
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

  public List<String> mailboxes() {
    return mailboxes(setups);
  }

  private static List<String> mailboxes(List<NodeSetup> setups) {
    return setups.stream().filter(setup -> setup.roles().contains(Role.MAILBOX)).map(NodeSetup::name).toList();
  }

  /// The store's behaviour from now on.
  public void weather(StoreWeather now) {
    ground.weather(now);
  }

  /// What is durable.
  public StoreTables stored() {
    return ground.stored();
  }

  /// Lets a node leave in good order and come back.
  public void leave(String name, long deadlineMillis, long awayNanos) {
    nodes.stream().filter(node -> node.name().equals(name)).forEach(node -> node.leave(deadlineMillis, awayNanos));
  }

  /// Takes a living node's lease away for a while; only where mailboxes share a store.
  public void loseLease(String name, long forNanos) {
    views.loseLease(name, forNanos);
  }

  /// Has the membership service forget everything, and hear nothing for a while; only where mailboxes share a store.
  public void emptyMembership(long forNanos) {
    views.empty(forNanos);
  }

  /// A clock that no node is ahead of: what a token's issuer goes by, whose tokens are good everywhere.
  public InstantSource latestClock() {
    return () -> setups.stream().map(setup -> world.node(setup.name()).clock().instant()).max(Instant::compareTo).orElseThrow();
  }

  /// What of custody is still to be done, or null.
  public String unfinished() {
    return ground.unfinished(nodes.stream().filter(MeshNode::isAlive).map(node -> node.self().incarnation())
        .collect(Collectors.toSet()));
  }

  /// How often what happened in the store, in words.
  public Map<String, Long> happenings() {
    return ground.happenings();
  }

  /// Complains of what is stored otherwise than it was committed.
  public void audit(Consumer<String> complaint) {
    ground.audit(complaint);
  }

  SimWorld world() {
    return world;
  }

  MeshSettings settings() {
    return settings;
  }

  ViewSource views() {
    return views;
  }

  /// Has somebody hear what the mailbox is asked and answers, in words.
  public void talkTo(Consumer<String> hearer) {
    talk = words -> hearer.accept(world.scheduler().nowNanos() / 1_000 + " us " + words.get());
  }

  Consumer<Supplier<String>> talk() {
    return talk;
  }

  MailboxGround ground() {
    return ground;
  }

  private static DataSetRow newDataSet(SimWorld world, MeshSettings settings) {
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
