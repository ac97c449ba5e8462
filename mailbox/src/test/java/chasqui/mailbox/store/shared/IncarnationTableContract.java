package chasqui.mailbox.store.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.store.v1.IncarnationRow;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What every table of incarnations keeps: who was listed is found, and what is replayed stays so.
public abstract class IncarnationTableContract extends SharedTablesContract {

  private static IncarnationRow row(String incarnation) {
    return IncarnationRow.newBuilder()
        .setIncarnation(incarnation).setNodeId("node").setAddress("127.0.0.1:7").setStripes(4).setStartedMicros(5).build();
  }

  @Test
  void incarnations_are_listed_until_they_are_replayed_and_some_time_after() {
    assertEquals(List.of(), get(tables.incarnations().list()));
    assertEquals(Optional.empty(), get(tables.incarnations().read("a")));
    get(tables.incarnations().add(row("a")));
    get(tables.incarnations().add(row("b")));
    assertEquals(Set.of(row("a"), row("b")), Set.copyOf(get(tables.incarnations().list())));
    get(tables.incarnations().markReplayed("a"));
    IncarnationRow replayed = row("a").toBuilder().setReplayed(true).build();
    assertEquals(Set.of(replayed, row("b")), Set.copyOf(get(tables.incarnations().list())));
    assertEquals(Optional.of(replayed), get(tables.incarnations().read("a")));
  }

  @Test
  void replayed_is_never_undone() {
    get(tables.incarnations().add(row("a")));
    get(tables.incarnations().markReplayed("a"));
    get(tables.incarnations().markReplayed("a"));
    get(tables.incarnations().add(row("a")));
    assertEquals(Optional.of(row("a").toBuilder().setReplayed(true).build()), get(tables.incarnations().read("a")));
    assertEquals(1, get(tables.incarnations().list()).size());
  }
}
