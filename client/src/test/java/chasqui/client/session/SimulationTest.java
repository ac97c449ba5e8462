package chasqui.client.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// The promises of the client under everything at once, by seed. A failing seed fails again.
final class SimulationTest {
  private static final int SEEDS = Integer.getInteger("chasqui.client.seeds", 300);
  private static final long FIRST = Long.getLong("chasqui.client.seed", 1);

  @Test
  void every_message_is_stored_once_and_every_entry_is_shown_in_order() {
    int crashes = 0;
    long ranges = 0;
    long resends = 0;
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      var client = new SimClient(seed);
      try {
        for (int step = 0; step < 200; step++) {
          client.step();
        }
        client.calm();
        client.run(60_000);
        // What the server held back last is found by what comes next.
        SimClient.CONVERSATIONS.forEach(client.server::othersSay);
        client.run(60_000);
        check(client);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
      crashes += client.crashes;
      ranges += client.counts().ranges();
      resends += client.counts().resends();
    }
    // The run is worth something only if it went through what it is about.
    assertTrue(crashes > SEEDS && ranges > SEEDS && resends > SEEDS,
        "crashes " + crashes + ", ranges " + ranges + ", resends " + resends);
  }

  private static void check(SimClient client) {
    assertEquals(0, client.counts().unanswered(), "messages without an answer");
    assertEquals(0, client.counts().gaps(), "gaps");
    var stored = new HashSet<com.google.protobuf.ByteString>();
    for (var conversation : SimClient.CONVERSATIONS) {
      for (var id : client.server.ownIds(conversation)) {
        assertTrue(stored.add(id), "stored twice");
      }
      long head = client.server.head(conversation);
      assertEquals(LongStream.rangeClosed(1, head).boxed().toList(),
          List.copyOf(new TreeSet<>(client.shown.getOrDefault(conversation, List.of()))), conversation + " shown");
      if (head > 0) {
        assertEquals(head, client.server.cursors.get(conversation), conversation + " acked");
      }
    }
    assertTrue(stored.containsAll(client.submitted), "a message that was durable is not stored");
    assertTrue(stored.containsAll(client.accepted), "a message that was accepted is not stored");
  }
}
