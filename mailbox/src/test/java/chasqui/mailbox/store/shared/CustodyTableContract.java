package chasqui.mailbox.store.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.store.v1.SlotOwnerRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/// What every table of custody keeps: a row changes only from what the changer believes.
public abstract class CustodyTableContract extends SharedTablesContract {

  private static SlotOwnerRow owner(String incarnation, long epoch) {
    return SlotOwnerRow.newBuilder().setIncarnation(incarnation).setEpoch(epoch).build();
  }

  @Test
  void a_slot_without_an_owner_is_absent() {
    assertEquals(Optional.empty(), get(tables.custody().read(7)));
    assertEquals(Optional.empty(), get(tables.custody().readSettled(7)));
    assertTrue(get(tables.custody().change(7, Optional.empty(), owner("a", 1))));
    assertEquals(Optional.of(owner("a", 1)), get(tables.custody().read(7)));
    assertEquals(Optional.of(owner("a", 1)), get(tables.custody().readSettled(7)));
    assertEquals(Optional.empty(), get(tables.custody().read(8)));
  }

  @Test
  void a_row_changes_only_from_what_was_expected() {
    assertFalse(get(tables.custody().change(7, Optional.of(owner("a", 1)), owner("b", 2))), "there is no row");
    assertEquals(Optional.empty(), get(tables.custody().read(7)));
    assertTrue(get(tables.custody().change(7, Optional.empty(), owner("a", 1))));
    assertFalse(get(tables.custody().change(7, Optional.empty(), owner("b", 1))));
    assertFalse(get(tables.custody().change(7, Optional.of(owner("a", 2)), owner("b", 3))), "another epoch");
    assertFalse(get(tables.custody().change(7, Optional.of(owner("c", 1)), owner("b", 2))), "another owner");
    assertEquals(Optional.of(owner("a", 1)), get(tables.custody().read(7)));
    assertTrue(get(tables.custody().change(7, Optional.of(owner("a", 1)), owner("b", 2))));
    assertFalse(get(tables.custody().change(7, Optional.of(owner("a", 1)), owner("c", 2))), "told twice");
    assertEquals(Optional.of(owner("b", 2)), get(tables.custody().read(7)));
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
    SlotOwnerRow stored = get(tables.custody().read(3)).orElseThrow();
    told.forEach(winner -> assertEquals(owner(winner, 2), stored));
  }

  @Test
  void every_slot_has_a_row_of_its_own() {
    for (int slot = 0; slot < 40; slot++) {
      assertTrue(get(tables.custody().change(slot, Optional.empty(), owner("a", slot + 1))));
    }
    for (int slot = 0; slot < 40; slot++) {
      assertEquals(Optional.of(owner("a", slot + 1)), get(tables.custody().read(slot)));
    }
    assertEquals(Optional.empty(), get(tables.custody().read(40)));
  }
}
