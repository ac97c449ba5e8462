package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.shared.CustodyTable;
import chasqui.store.v1.SlotOwnerRow;
import com.datastax.oss.driver.api.core.cql.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/// Who serves each slot: a partition for each, so that changes of different slots never wait for each other. Written by
/// conditional writes only.
final class CqlCustodyTable implements CustodyTable {
  private final Query read;
  private final Query first;
  private final Query replace;

  CqlCustodyTable(Cql cql) {
    read = cql.query(Kind.SERIAL_READ, "SELECT incarnation, epoch FROM {}.slot_owner WHERE slot = ?");
    first = cql.query(Kind.CONDITIONAL,
        "INSERT INTO {}.slot_owner (slot, incarnation, epoch) VALUES (?, ?, ?) IF NOT EXISTS");
    replace = cql.query(Kind.CONDITIONAL,
        "UPDATE {}.slot_owner SET incarnation = ?, epoch = ? WHERE slot = ? IF incarnation = ? AND epoch = ?");
  }

  @Override
  public CompletionStage<Map<Integer, SlotOwnerRow>> read(Collection<Integer> slots) {
    List<Integer> asked = slots.stream().distinct().toList();
    List<CompletionStage<Optional<SlotOwnerRow>>> answers = new ArrayList<>();
    asked.forEach(slot -> answers.add(read.one(CqlCustodyTable::row, slot)));
    return Stages.map(Stages.all(answers), rows -> {
      Map<Integer, SlotOwnerRow> found = new TreeMap<>();
      for (int i = 0; i < rows.size(); i++) {
        int slot = asked.get(i);
        rows.get(i).ifPresent(row -> found.put(slot, row));
      }
      return found;
    });
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
