package chasqui.mailbox.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.mailbox.store.CursorStore.Cursor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/// What every cursor store keeps: a cursor moves forward, in whatever order its updates come.
public abstract class CursorStoreContract extends StoreContract {

  @Test
  void a_cursor_that_was_never_stored_is_absent() {
    save("ann", "phone", Map.of("c", new Cursor(1, 5)));
    assertEquals(Map.of("c", new Cursor(1, 5)), load("ann", "phone", "c", "d"));
    assertEquals(Map.of(), load("ann", "pad", "c"));
    assertEquals(Map.of(), load("bob", "phone", "c"));
    assertEquals(Map.of(), get(store.cursors().load("ann", "phone", List.of())));
  }

  @Test
  void a_cursor_only_moves_forward() {
    save("ann", "phone", Map.of("c", new Cursor(1, 300)));
    save("ann", "phone", Map.of("c", new Cursor(1, 255), "d", new Cursor(1, 1)));
    assertEquals(Map.of("c", new Cursor(1, 300), "d", new Cursor(1, 1)), load("ann", "phone", "c", "d"));
    save("ann", "phone", Map.of("c", new Cursor(1, 1L << 40)));
    save("ann", "phone", Map.of("c", new Cursor(1, (1L << 40) - 1)));
    assertEquals(Map.of("c", new Cursor(1, 1L << 40)), load("ann", "phone", "c"));
  }

  @Test
  void a_newer_generation_wins_over_a_higher_seq() {
    save("ann", "phone", Map.of("c", new Cursor(1, 1_000)));
    save("ann", "phone", Map.of("c", new Cursor(2, 3)));
    save("ann", "phone", Map.of("c", new Cursor(1, 2_000)));
    assertEquals(Map.of("c", new Cursor(2, 3)), load("ann", "phone", "c"));
    save("ann", "phone", Map.of("c", new Cursor(256, 0)));
    save("ann", "phone", Map.of("c", new Cursor(255, 9)));
    assertEquals(Map.of("c", new Cursor(256, 0)), load("ann", "phone", "c"));
  }

  @Test
  void the_largest_stays_whatever_the_order_and_the_restarts() throws Exception {
    List<Integer> seqs = new ArrayList<>();
    for (int seq = 1; seq <= 600; seq++) {
      seqs.add(seq);
    }
    Collections.shuffle(seqs, new Random(7));
    for (int round = 0; round < 3; round++) {
      List<CompletionStage<Void>> saves = new ArrayList<>();
      for (int seq : seqs.subList(round * 200, round * 200 + 200)) {
        saves.add(store.cursors().save("ann", "phone", Map.of("c", new Cursor(1, seq))));
      }
      saves.forEach(StoreContract::get);
      reopen();
    }
    assertEquals(Map.of("c", new Cursor(1, 600)), load("ann", "phone", "c"));
  }

  @Test
  void many_cursors_are_saved_and_loaded_at_once() throws Exception {
    Map<String, Cursor> cursors = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      cursors.put("c" + i, new Cursor(1, i));
    }
    save("ann", "phone", cursors);
    reopen();
    assertEquals(cursors, get(store.cursors().load("ann", "phone", List.copyOf(cursors.keySet()))));
  }

  private void save(String userId, String deviceId, Map<String, Cursor> cursors) {
    get(store.cursors().save(userId, deviceId, cursors));
  }

  private Map<String, Cursor> load(String userId, String deviceId, String... conversationIds) {
    return get(store.cursors().load(userId, deviceId, List.of(conversationIds)));
  }
}
