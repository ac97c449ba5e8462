package chasqui.mailbox.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.log.v1.Entry;
import chasqui.mailbox.store.Chat;
import chasqui.mailbox.store.StoredConversation;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` at random moments of commits: whatever was acked is there, and every batch as a whole.
class EmbeddedStoreCrashIT {
  private static final int KILLS = 5;
  private static final String ENDLESS = "1000000";

  @TempDir Path folder;

  @Test
  void what_was_acked_survives_a_kill_and_batches_are_whole() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    long acks = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      List<String> lines = commitUntilKilled(50 + random.nextInt(1_500));
      acks += lines.stream().filter(line -> line.startsWith("ack ")).count();
      try (EmbeddedStore store = Stores.open(Stores.config(folder))) {
        for (int stripe = 0; stripe < CommitLoop.STRIPES; stripe++) {
          assertWhole(store, stripe, lines, "seed " + seed + ", kill " + kill);
        }
      }
    }
    assertTrue(acks > KILLS * 50L, "too few acks to say anything: " + acks);
  }

  /// The lines said before a kill after about so many of them.
  private List<String> commitUntilKilled(int lines) throws Exception {
    try (ChildJvm child = ChildJvm.start(CommitLoop.class, folder.toString(), ENDLESS, "sync", "halt")) {
      child.awaitLines(said -> said.size() > lines);
      child.kill();
      return child.awaitEnd();
    }
  }

  private static void assertWhole(EmbeddedStore store, int stripe, List<String> lines, String when) {
    long acked = lastHead(lines, "ack " + stripe + " ");
    long sent = lastHead(lines, "sent " + stripe + " ");
    long head = head(store, "stripe " + stripe);
    assertTrue(head >= acked, when + ": head " + head + " of stripe " + stripe + " is below the acked " + acked);
    assertEquals(head, head(store, "mirror " + stripe), when + ": half a batch of stripe " + stripe);
    String neither = when + ": head " + head + " is neither acked " + acked + " nor sent " + sent;
    assertTrue(head == acked || head == sent || acked == 0, neither);
    assertRows(store, "stripe " + stripe, head, when);
    assertRows(store, "mirror " + stripe, head, when);
  }

  /// The log is dense up to the head, and the index and the counter are those of the same batches.
  private static void assertRows(EmbeddedStore store, String id, long head, String when) {
    long seq = 0;
    while (seq < head) {
      List<Entry> entries = get(store.conversations().readLog(id, seq, head + 1_000, 500, 1 << 20, false));
      assertTrue(!entries.isEmpty(), when + ": nothing after " + seq + " of " + id);
      for (Entry entry : entries) {
        assertEquals(++seq, entry.getSeq(), when);
      }
    }
    assertEquals(head, seq, when + ": entries beyond the head of " + id);
    if (head > 1) {
      assertEquals(head, get(store.conversations().loadCounter(id, "ann", "phone")), when);
      byte[] messageId = Chat.countedId(head);
      assertEquals(OptionalLong.of(head), get(store.conversations().findId(id, "ann", "phone", true, messageId)), when);
    }
  }

  private static long head(EmbeddedStore store, String id) {
    Optional<StoredConversation> stored = get(store.conversations().load(id));
    return stored.map(conversation -> conversation.row().getHead()).orElse(0L);
  }

  private static long lastHead(List<String> lines, String prefix) {
    return lines.stream()
        .filter(line -> line.startsWith(prefix))
        .mapToLong(line -> Long.parseLong(line.substring(prefix.length())))
        .max()
        .orElse(0);
  }

  private static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
