package chasqui.drills.fuzz.town;

import chasqui.conversation.v1.ConversationServiceGrpc.ConversationServiceStub;
import chasqui.conversation.v1.CreateDirectRequest;
import chasqui.conversation.v1.CreateGroupRequest;
import chasqui.drills.fuzz.Breach;
import chasqui.drills.fuzz.Cost;
import chasqui.drills.sim.BugLog;
import chasqui.drills.sim.mesh.Clerk;
import chasqui.drills.sim.mesh.Mesh;
import chasqui.drills.sim.mesh.MeshSettings;
import chasqui.drills.sim.mesh.NodeSetup;
import chasqui.drills.sim.mesh.SimTokens;
import chasqui.drills.sim.store.StoreTables;
import chasqui.drills.sim.store.StoreWatch;
import chasqui.drills.sim.store.StoreWeather;
import chasqui.drills.sim.store.StoreWrite;
import chasqui.edge.server.EdgeConfig;
import chasqui.mailbox.MailboxConfig;
import chasqui.registry.RegistryConfig;
import chasqui.router.RouterConfig;
import chasqui.testkit.sim.SimNode;
import chasqui.testkit.sim.SimWorld;
import chasqui.testkit.sim.grpc.SimChannel;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/// One node with all roles as it is configured by default, in simulated time on the caller's thread, and who lives there:
/// anna and bela, who talk, and zora, who shares a group with both and does whatever she likes.
final class Town {

  static final long MILLI = 1_000_000;
  static final long SECOND = 1_000 * MILLI;
  static final String NODE = "node";
  static final String ZORA = "zora";
  static final int FRAME_BYTES_MAX = EdgeConfig.Server.DEFAULT.frameBytesMax();
  private static final int SLOTS = 16;
  private static final long YEAR_SECONDS = 365L * 86_400;

  private final SimWorld world = SimWorld.driven(1);
  private final Mesh mesh;
  private final Cost cost;
  private final String group;
  private final String direct;
  private final String theirs;
  private final Neighbour anna;
  private final Neighbour bela;
  private int words;

  /// @param cost told of the end of each event
  Town(Cost cost) {
    this.cost = cost;
    MeshSettings settings = new MeshSettings(
        SLOTS, EdgeConfig.DEFAULT, RouterConfig.DEFAULT, RegistryConfig.DEFAULT, MailboxConfig.DEFAULT);
    mesh = new Mesh(world, settings, List.of(NodeSetup.whole(NODE)), new Unwatched());
    mesh.weather(StoreWeather.FAIR);
    mesh.start();
    pass(2 * SECOND);
    Clerk clerk = mesh.clerk();
    theirs = direct(clerk, "anna", "bela");
    direct = direct(clerk, ZORA, "anna");
    String[] created = {null};
    clerk.call(ZORA, ConversationServiceStub::createGroup,
        CreateGroupRequest.newBuilder().setTitle("all").setRequestId(ByteString.copyFromUtf8("the group of all"))
            .addMemberUserIds("anna").addMemberUserIds("bela").build(),
        answer -> created[0] = answer.getConversation().getConversationId());
    await("the group", () -> created[0] != null);
    group = created[0];
    anna = new Neighbour(this, "anna", theirs);
    bela = new Neighbour(this, "bela", theirs);
    await("the neighbours", () -> anna.isHere() && bela.isHere());
  }

  private String direct(Clerk clerk, String user, String peer) {
    String[] created = {null};
    clerk.call(user, ConversationServiceStub::createDirect, CreateDirectRequest.newBuilder().setPeerUserId(peer).build(),
        answer -> created[0] = answer.getConversation().getConversationId());
    await("a conversation", () -> created[0] != null);
    return created[0];
  }

  /// Conversations of zora: the group, and with anna; then one that is not hers.
  List<String> conversations() {
    return List.of(group, direct, theirs);
  }

  long groupHead() {
    return bela.head(group);
  }

  String token(String user) {
    return SimTokens.token(user, mesh.latestClock(), YEAR_SECONDS);
  }

  String endedToken(String user) {
    return SimTokens.token(user, mesh.latestClock(), 0);
  }

  SimNode newNode(String name) {
    SimNode node = world.node(name);
    node.start(_ -> {});
    return node;
  }

  SimChannel channel(SimNode from) {
    return new SimChannel(world.network(), from, NODE);
  }

  /// Lets time pass.
  void pass(long nanos) {
    long end = world.scheduler().nowNanos() + nanos;
    while (world.scheduler().nowNanos() < end) {
      step();
    }
  }

  /// Lets time pass until something is so; false if it does not become so in time.
  boolean pass(long nanosMax, BooleanSupplier until) {
    long end = world.scheduler().nowNanos() + nanosMax;
    while (!until.getAsBoolean()) {
      if (world.scheduler().nowNanos() >= end) {
        return false;
      }
      step();
    }
    return true;
  }

  private void step() {
    world.scheduler().step();
    cost.next();
  }

  private void await(String what, BooleanSupplier until) {
    if (!pass(10 * SECOND, until)) {
      throw new IllegalStateException("not there: " + what);
    }
  }

  /// Runs something under the eyes of all; what a role catches and logs is a breach too.
  void watched(Runnable deed) {
    String[] complaint = {null};
    BugLog.during(deed, said -> complaint[0] = said);
    if (complaint[0] != null) {
      throw new Breach(complaint[0]);
    }
    require(world.violations().isEmpty(), () -> "the simulation: " + world.violations());
  }

  /// Anna says a word.
  void speak() {
    anna.say(++words);
  }

  /// Bela has heard it, anna knows, and nobody was disturbed.
  void judgeNeighbours() {
    boolean arrived = pass(10 * SECOND, () -> anna.accepted() == words && bela.heard() == words);
    for (Neighbour one : List.of(anna, bela)) {
      require(one.complaints().isEmpty(), () -> one + ": " + one.complaints());
    }
    require(arrived, () -> String.format(
        Locale.ROOT, "of %d words %d were acked and %d heard", words, anna.accepted(), bela.heard()));
  }

  static void require(boolean holds, java.util.function.Supplier<String> breach) {
    if (!holds) {
      throw new Breach(breach.get());
    }
  }

  private static final class Unwatched implements StoreWatch {
    @Override
    public void opened(StoreTables tables) {}

    @Override
    public void writing(StoreWrite write) {}
  }
}
