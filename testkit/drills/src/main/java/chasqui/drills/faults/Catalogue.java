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
import java.util.List;
import java.util.Optional;

/// All rows, in the order in which they are fought. Those that need a node of their own kind come last.
final class Catalogue {

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
      Row.on(Silence.SETTINGS, "R15", "500 clients stop reading in a group of 200 messages a second (short form: 60)", Silence::new));

  private Catalogue() {}

  static List<Row> rows() {
    return ROWS;
  }

  static Optional<Row> row(String id) {
    return ROWS.stream().filter(row -> row.id().equalsIgnoreCase(id)).findFirst();
  }
}
