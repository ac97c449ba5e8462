package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.shared.CustodyTable;
import chasqui.store.v1.SlotOwnerRow;
import com.datastax.oss.driver.api.core.cql.Row;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Who serves each slot: a partition for each, so that changes of different slots never wait for each other. Written by
/// conditional writes only.
final class CqlCustodyTable implements CustodyTable {
  private static final String READ = "SELECT incarnation, epoch FROM {}.slot_owner WHERE slot = ?";

  private final Query read;
  private final Query readSettled;
  private final Query first;
  private final Query replace;

  CqlCustodyTable(Cql cql) {
    read = cql.query(Kind.OWNER_READ, READ);
    readSettled = cql.query(Kind.OWNER_SERIAL_READ, READ);
    first = cql.query(Kind.CONDITIONAL,
        "INSERT INTO {}.slot_owner (slot, incarnation, epoch) VALUES (?, ?, ?) IF NOT EXISTS");
    replace = cql.query(Kind.CONDITIONAL,
        "UPDATE {}.slot_owner SET incarnation = ?, epoch = ? WHERE slot = ? IF incarnation = ? AND epoch = ?");
  }

  @Override
  public CompletionStage<Optional<SlotOwnerRow>> read(int slot) {
    return read.one(CqlCustodyTable::row, slot);
  }

  @Override
  public CompletionStage<Optional<SlotOwnerRow>> readSettled(int slot) {
    return readSettled.one(CqlCustodyTable::row, slot);
  }

  @Override
  public CompletionStage<Boolean> change(int slot, Optional<SlotOwnerRow> expected, SlotOwnerRow next) {
    if (expected.isEmpty()) {
      return first.applies(first.bind(slot, next.getIncarnation(), next.getEpoch()));
    }
    SlotOwnerRow before = expected.get();
    return replace.applies(
        replace.bind(next.getIncarnation(), next.getEpoch(), slot, before.getIncarnation(), before.getEpoch()));
  }

  private static SlotOwnerRow row(Row row) {
    return SlotOwnerRow.newBuilder()
        .setIncarnation(row.getString("incarnation")).setEpoch(row.getLong("epoch")).build();
  }
}
