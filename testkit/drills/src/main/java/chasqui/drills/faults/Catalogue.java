package chasqui.drills.faults;

import chasqui.drills.faults.rows.BadTokens;
import chasqui.drills.faults.rows.Revocation;
import chasqui.drills.faults.rows.TokenExpiry;
import java.util.List;
import java.util.Optional;

/// All rows, in the order in which they are fought.
final class Catalogue {

  private static final List<Row> ROWS = List.of(
      Row.of("S10", "bad tokens, on the stream and on every RPC", BadTokens::new),
      Row.of("S11", "a token ends on a busy stream", TokenExpiry::new),
      Row.of("S12", "a device, then a user is signed out", Revocation::new),
      Row.later("S18", "one user floods, many flood one", "budgets (rate limits)"),
      Row.later("S19", "a new account sends to a huge group", "budgets charged by fan-out"));

  private Catalogue() {}

  static List<Row> rows() {
    return ROWS;
  }

  static Optional<Row> row(String id) {
    return ROWS.stream().filter(row -> row.id().equalsIgnoreCase(id)).findFirst();
  }
}
