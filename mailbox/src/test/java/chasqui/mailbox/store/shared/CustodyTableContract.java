package chasqui.mailbox.store.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.store.v1.SlotOwnerRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What every table of custody keeps: a row changes only from what the changer believes.
public abstract class CustodyTableContract extends SharedTablesContract {

  private static SlotOwnerRow owner(String incarnation, long epoch) {
    return SlotOwnerRow.newBuilder().setIncarnation(incarnation).setEpoch(epoch).build();
  }

  @Test
  void a_slot_without_an_owner_is_absent() {
    assertEquals(Map.of(), get(tables.custody().read(List.of(0, 7))));
    assertEquals(Map.of(), get(tables.custody().read(List.of())));
    assertTrue(get(tables.custody().change(7, Optional.empty(), owner("a", 1))));
    assertEquals(Map.of(7, owner("a", 1)), get(tables.custody().read(List.of(0, 7, 8))));
  }

  @Test
  void a_row_changes_only_from_what_was_expected() {
    assertFalse(get(tables.custody().change(7, Optional.of(owner("a", 1)), owner("b", 2))), "there is no row");
    assertEquals(Map.of(), get(tables.custody().read(List.of(7))));
    assertTrue(get(tables.custody().change(7, Optional.empty(), owner("a", 1))));
    assertFalse(get(tables.custody().change(7, Optional.empty(), owner("b", 1))));
    assertFalse(get(tables.custody().change(7, Optional.of(owner("a", 2)), owner("b", 3))), "another epoch");
    assertFalse(get(tables.custody().change(7, Optional.of(owner("c", 1)), owner("b", 2))), "another owner");
    assertEquals(Map.of(7, owner("a", 1)), get(tables.custody().read(List.of(7))));
    assertTrue(get(tables.custody().change(7, Optional.of(owner("a", 1)), owner("b", 2))));
    assertFalse(get(tables.custody().change(7, Optional.of(owner("a", 1)), owner("c", 2))), "told twice");
    assertEquals(Map.of(7, owner("b", 2)), get(tables.custody().read(List.of(7))));
  }

  @Test
  void of_several_takers_at_most_one_is_told_that_it_has_the_slot() {
    assertTrue(get(tables.custody().change(3, Optional.empty(), owner("dead", 1))));
    List<CompletionStage<Boolean>> answers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      answers.add(tables.custody().change(3, Optional.of(owner("dead", 1)), owner("taker-" + i, 2)));
    }
    List<String> told = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      if (!isUnknown(answers.get(i)) && get(answers.get(i))) {
        told.add("taker-" + i);
      }
    }
    assertTrue(told.size() <= 1, "told: " + told);
    SlotOwnerRow stored = get(tables.custody().read(List.of(3))).get(3);
    told.forEach(winner -> assertEquals(owner(winner, 2), stored));
  }

  @Test
  void many_slots_are_read_at_once() {
    for (int slot = 0; slot < 40; slot++) {
      assertTrue(get(tables.custody().change(slot, Optional.empty(), owner("a", slot + 1))));
    }
    Map<Integer, SlotOwnerRow> all = get(tables.custody().read(IntStream.range(0, 64).boxed().toList()));
    assertEquals(40, all.size());
    all.forEach((slot, row) -> assertEquals(owner("a", slot + 1), row));
  }
}
