package chasqui.drills.faults;

import chasqui.drills.faults.rows.BadTokens;
import chasqui.drills.faults.rows.BeyondHead;
import chasqui.drills.faults.rows.FieldLimits;
import chasqui.drills.faults.rows.Floods;
import chasqui.drills.faults.rows.FrameOrder;
import chasqui.drills.faults.rows.Fuzzed;
import chasqui.drills.faults.rows.GarbageBytes;
import chasqui.drills.faults.rows.GuessedIds;
import chasqui.drills.faults.rows.HugeGroup;
import chasqui.drills.faults.rows.Impatient;
import chasqui.drills.faults.rows.Malformed;
import chasqui.drills.faults.rows.NastyNames;
import chasqui.drills.faults.rows.Revocation;
import chasqui.drills.faults.rows.SameDevice;
import chasqui.drills.faults.rows.Silence;
import chasqui.drills.faults.rows.TokenExpiry;
import chasqui.drills.faults.rows.TooLarge;
import chasqui.drills.faults.rows.Unread;
import chasqui.drills.faults.sweep.IdSweep;
import chasqui.drills.fleet.NodeProcess;
import chasqui.drills.mesh.process.Topology;
import chasqui.drills.mesh.rows.CrashEverywhere;
import chasqui.drills.mesh.rows.EtcdAway;
import chasqui.drills.mesh.rows.EtcdLeaderKilled;
import chasqui.drills.mesh.rows.KillBehind;
import chasqui.drills.mesh.rows.KillEdge;
import chasqui.drills.mesh.rows.Partition;
import chasqui.drills.mesh.rows.PausedOwner;
import chasqui.drills.mesh.rows.RollingRestart;
import chasqui.drills.mesh.rows.SteadyState;
import chasqui.drills.mesh.rows.StoreDown;
import chasqui.drills.mesh.rows.StoreLost;
import chasqui.drills.mesh.rows.StoreRestart;
import chasqui.drills.mesh.rows.StoreSlow;
import java.util.List;
import java.util.Optional;

/// All rows, in the order in which they are fought. Those that need ground of their own kind come last.
final class Catalogue {

  // Two of what holds the data, and one more edge, so that clients have a choice when one is gone.
  private static final Topology MESH = new Topology(3, 2, 2, 2, 3, Topology.Store.CQL, false, true);
  private static final Topology STORES = new Topology(2, 1, 2, 1, 1, Topology.Store.CQL3, false, false);

  private static final List<Row> ROWS = List.of(
      Row.of("S7", "one byte over the limit, lengths of 2 and 4 GiB", TooLarge::new),
      Row.of("S8", "frames and requests that are no protobuf; what a fuzzer thinks of", () -> new Malformed().then(new Fuzzed())),
      Row.of("S10", "bad tokens, on the stream and on every RPC", BadTokens::new),
      Row.of("S11", "a token ends on a busy stream", TokenExpiry::new),
      Row.of("S12", "a device, then a user is signed out", Revocation::new),
      Row.of("S15", "guessing ids", GuessedIds::new),
      Row.of("B1", "bytes that are not HTTP/2", GarbageBytes::new),
      Row.of("B2", "frames out of order, and of unknown kinds", FrameOrder::new),
      Row.of("B5", "a third stream of a device, two with one connect number", SameDevice::new),
      Row.of("B6", "acks, read marks and ranges beyond the head, to 2^60", BeyondHead::new),
      Row.of("B7", "empty fields, fields at their limit and one beyond", FieldLimits::new),
      Row.of("S23", "nasty names and texts; all logs and metrics looked through", NastyNames::new),
      Row.of("S18", "one user floods, many flood one, a group's members change without end", Floods::new),
      Row.on(HugeGroup.SETTINGS, "S19", "a new account sends to a huge group", HugeGroup::new),
      Row.on(NodeProcess.WITHOUT_BUDGETS, "S14", "another user's ids in every id field of the schema", IdSweep::new),
      Row.on(NodeProcess.WITHOUT_BUDGETS, "B3", "a client that never reads, one that never acks", Unread::new),
      Row.on(NodeProcess.WITHOUT_BUDGETS, "B4", "a thousand sends without waiting, each repeated, an id used twice", Impatient::new),
      Row.on(Silence.SETTINGS, "R15", "500 clients stop reading in a group of 200 messages a second (short form: 60)", Silence::new),
      Row.on(MESH, "R1", "kill -9 of edges in a burst", KillEdge::new),
      Row.on(MESH, "R2", "kill -9 of routers, registries and mailboxes", KillBehind::new),
      Row.on(MESH, "R3", "a mailbox crashes at each of 12 named points (short form: 2)", CrashEverywhere::new),
      Row.on(MESH, "R4", "a mailbox stands still for 20 s and wakes after its slots moved", PausedOwner::new),
      Row.on(MESH, "R5", "edges and a router are parted, one way, then both", Partition::new),
      Row.on(MESH, "R11", "etcd's leader is killed", EtcdLeaderKilled::new),
      Row.on(MESH, "R12", "etcd is away for 10 minutes (short form: 15 s)", EtcdAway::new),
      Row.on(MESH, "R17", "rolling restart of every node (short form: one of each role)", RollingRestart::new),
      Row.on(MESH, "C1", "what a send costs in steady state, counted", SteadyState::new),
      Row.on(STORES, "R8", "one of three store nodes is killed, and comes back", StoreDown::new),
      Row.on(STORES, "R9", "two of three store nodes are killed", StoreLost::new),
      Row.on(STORES, "R10", "a store node stands still again and again", StoreSlow::new),
      Row.on(STORES, "R20", "all store nodes are killed at once", StoreRestart::new));

  private Catalogue() {}

  static List<Row> rows() {
    return ROWS;
  }

  static Optional<Row> row(String id) {
    return ROWS.stream().filter(row -> row.id().equalsIgnoreCase(id)).findFirst();
  }
}
