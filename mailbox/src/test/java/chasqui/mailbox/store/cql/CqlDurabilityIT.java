package chasqui.mailbox.store.cql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chasqui.mailbox.store.Chat;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreFixture;
import chasqui.mailbox.store.shared.JournalTable.JournalId;
import chasqui.store.v1.ConversationCommit;
import chasqui.testkit.cassandra.CqlNode;
import chasqui.testkit.cassandra.CqlServer;
import chasqui.testkit.process.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A server that is killed under load has everything that it acknowledged.
class CqlDurabilityIT {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final int WRITERS = 4;
  private static final int ACKED_EACH_MIN = 100;

  private final AtomicBoolean killed = new AtomicBoolean();

  /// Applies commits of a conversation of its own until the server is gone.
  private final class Applier {
    private final CqlTables tables;
    private final Chat chat;
    private volatile long acked;

    Applier(CqlTables tables, String conversationId) {
      this.tables = tables;
      this.chat = new Chat(conversationId, NOON);
    }

    void run() {
      apply(chat.created("ann", "bob"));
      while (!killed.get()) {
        apply(chat.said("ann", "phone", "text"));
      }
    }

    private void apply(ConversationCommit commit) {
      while (!killed.get()) {
        try {
          JournalWriter.join(tables.commits().apply(commit));
          acked = chat.head();
          return;
        } catch (StoreException notKnown) {
          // Again, or the server is gone: what was acked before is what counts.
        }
      }
    }
  }

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void every_acknowledged_row_survives_a_kill() throws Exception {
    assumeTrue(CqlServer.external().isEmpty(), "the server that the environment names is not ours to kill");
    try (CqlServer server = CqlServer.ofOurs(1, 512)) {
      CqlNode node = server.nodes().getFirst();
      CqlStoreConfig config = CqlExtension.config(server, "chasqui");
      List<JournalWriter> writers = new ArrayList<>();
      List<Applier> appliers = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      try (CqlTables tables = CqlTables.open(config, StoreFixture.SLOTS, CqlExtension.surroundings(() -> NOON))) {
        for (int i = 0; i < WRITERS; i++) {
          JournalWriter writer = new JournalWriter(tables.journal(), new JournalId("a", i));
          Applier applier = new Applier(tables, "c" + i);
          writers.add(writer);
          appliers.add(applier);
          threads.add(Thread.ofPlatform().start(() -> writer.writeUntil(killed::get)));
          threads.add(Thread.ofPlatform().start(applier::run));
        }
        Await.until(Duration.ofMinutes(5), "enough acked rows", () ->
            writers.stream().allMatch(writer -> writer.acked() >= ACKED_EACH_MIN)
                && appliers.stream().allMatch(applier -> applier.acked >= ACKED_EACH_MIN));
        node.kill();
        killed.set(true);
        for (Thread thread : threads) {
          thread.join();
        }
      }
      node.start();
      node.awaitCql();
      try (CqlTables tables = CqlTables.open(config, StoreFixture.SLOTS, CqlExtension.surroundings(() -> NOON))) {
        for (int i = 0; i < WRITERS; i++) {
          JournalWriter.assertHolds(tables.journal(), new JournalId("a", i), writers.get(i).acked());
          long head = appliers.get(i).acked;
          int found = JournalWriter.join(
              tables.conversations().readLog("c" + i, 0, head, Integer.MAX_VALUE, Integer.MAX_VALUE, false)).size();
          assertEquals(head, found, "of the conversation c" + i);
        }
      }
    }
  }
}
