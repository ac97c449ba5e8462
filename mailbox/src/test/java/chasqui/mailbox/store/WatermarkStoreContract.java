package chasqui.mailbox.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.mailbox.store.WatermarkStore.Delivered;
import chasqui.mailbox.store.WatermarkStore.Read;
import chasqui.mailbox.store.WatermarkStore.Watermark;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/// What every store of watermarks keeps: both of a user move forward, each for itself, in whatever order updates come.
public abstract class WatermarkStoreContract extends StoreContract {

  private static Watermark received(long generation, long seq) {
    return new Watermark(new Delivered(generation, seq), Read.NOTHING);
  }

  private static Watermark read(long generation, long seq, long messages, long mentions) {
    return new Watermark(Delivered.NOTHING, new Read(generation, seq, 1, messages, mentions));
  }

  @Test
  void what_was_never_stored_is_absent() {
    save("ann", Map.of("c", received(1, 5)));
    assertEquals(Map.of("ann", received(1, 5)), load("c", "ann", "bob"));
    assertEquals(Map.of(), load("d", "ann"));
    assertEquals(Map.of(), load("c"));
  }

  @Test
  void each_watermark_moves_forward_for_itself() {
    save("ann", Map.of("c", received(1, 300)));
    save("ann", Map.of("c", read(1, 255, 200, 3)));
    save("ann", Map.of("c", received(1, 256), "d", read(1, 1, 1, 0)));
    save("ann", Map.of("c", read(1, 254, 199, 4)));
    Watermark both = new Watermark(new Delivered(1, 300), new Read(1, 255, 1, 200, 3));
    assertEquals(Map.of("ann", both), load("c", "ann"));
    assertEquals(Map.of("ann", read(1, 1, 1, 0)), load("d", "ann"));
  }

  @Test
  void a_newer_generation_wins_over_a_higher_seq() {
    save("ann", Map.of("c", new Watermark(new Delivered(1, 1_000), new Read(1, 900, 1, 900, 0))));
    save("ann", Map.of("c", new Watermark(new Delivered(256, 3), new Read(256, 2, 1, 1, 1))));
    save("ann", Map.of("c", new Watermark(new Delivered(255, 2_000), new Read(255, 2_000, 7, 2_000, 0))));
    assertEquals(
        Map.of("ann", new Watermark(new Delivered(256, 3), new Read(256, 2, 1, 1, 1))), load("c", "ann"));
  }

  @Test
  void names_that_run_into_each_other_are_kept_apart() {
    save("ab", Map.of("c", received(1, 1)));
    save("b", Map.of("ca", received(1, 2)));
    save("abr", Map.of("c", received(1, 3)));
    assertEquals(Map.of("ab", received(1, 1), "abr", received(1, 3)), load("c", "ab", "abr", "b", "a"));
    assertEquals(Map.of("b", received(1, 2)), load("ca", "b", "ab"));
  }

  @Test
  void the_furthest_stays_whatever_the_order_and_the_restarts() throws Exception {
    List<Integer> seqs = new ArrayList<>();
    for (int seq = 1; seq <= 600; seq++) {
      seqs.add(seq);
    }
    Collections.shuffle(seqs, new Random(11));
    for (int round = 0; round < 3; round++) {
      List<CompletionStage<Void>> saves = new ArrayList<>();
      for (int seq : seqs.subList(round * 200, round * 200 + 200)) {
        // What was counted falls while the seq rises: it must never decide.
        saves.add(store.watermarks().save("ann", Map.of("c", read(1, seq, 1_000 - seq, 600 - seq))));
      }
      saves.forEach(StoreContract::get);
      reopen();
    }
    assertEquals(Map.of("ann", read(1, 600, 400, 0)), load("c", "ann"));
  }

  @Test
  void many_users_are_loaded_at_once() throws Exception {
    Map<String, Watermark> all = new HashMap<>();
    for (int i = 0; i < 500; i++) {
      all.put("user-" + i, received(1, i + 1));
      save("user-" + i, Map.of("c", received(1, i + 1)));
    }
    reopen();
    assertEquals(all, get(store.watermarks().load("c", all.keySet())));
  }

  private void save(String userId, Map<String, Watermark> watermarks) {
    get(store.watermarks().save(userId, watermarks));
  }

  private Map<String, Watermark> load(String conversationId, String... userIds) {
    return get(store.watermarks().load(conversationId, List.of(userIds)));
  }
}
