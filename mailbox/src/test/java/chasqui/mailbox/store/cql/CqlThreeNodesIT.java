package chasqui.mailbox.store.cql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chasqui.mailbox.store.CursorStore.Cursor;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreFixture;
import chasqui.mailbox.store.shared.JournalTable.JournalId;
import chasqui.store.v1.SlotOwnerRow;
import chasqui.testkit.cassandra.CqlNode;
import chasqui.testkit.cassandra.CqlServer;
import chasqui.testkit.process.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Three servers, every row on each: one away and all goes on, two away and nothing is falsely acknowledged.
class CqlThreeNodesIT {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final JournalId JOURNAL = new JournalId("a", 0);
  private static final int HEAP_MIB = 384;

  private CqlTables tables;
  private JournalWriter writer;

  @Test
  @Timeout(value = 25, unit = TimeUnit.MINUTES)
  void with_one_away_all_goes_on_and_with_two_away_nothing_is_acknowledged() throws Exception {
    assumeTrue(CqlServer.external().isEmpty(), "the servers that the environment names are not ours to kill");
    try (CqlServer server = CqlServer.ofOurs(3, HEAP_MIB)) {
      CqlNode second = server.nodes().get(1);
      CqlNode third = server.nodes().get(2);
      CqlStoreConfig config = CqlExtension.config(server, "chasqui");
      tables = openedByFour(config);
      writer = new JournalWriter(tables.journal(), JOURNAL);
      goesOn("all are up");

      third.kill();
      goesOn("one was killed");
      Await.until(LIMIT, "a slot changes its owner", () -> changes(1));

      second.kill();
      assertNothingIsAcknowledged();

      second.start();
      third.start();
      second.awaitCql();
      third.awaitCql();
      goesOn("all are back");
      JournalWriter.assertHolds(tables.journal(), JOURNAL, writer.acked());

      second.pause();
      goesOn("one is silent");
      second.resume();
      goesOn("it speaks again");
      JournalWriter.assertHolds(tables.journal(), JOURNAL, writer.acked());
      tables.close();
    }
  }

  // Each finds another server first, which may not have heard of what the others make.
  private static CqlTables openedByFour(CqlStoreConfig config) throws Exception {
    List<CqlTables> opened = new ArrayList<>();
    try (ExecutorService openers = Executors.newFixedThreadPool(4)) {
      List<Future<CqlTables>> opening = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        opening.add(openers.submit(() -> CqlTables.open(config, StoreFixture.SLOTS, CqlExtension.surroundings(() -> NOON))));
      }
      for (Future<CqlTables> one : opening) {
        opened.add(one.get());
      }
    }
    opened.subList(1, opened.size()).forEach(CqlTables::close);
    return opened.getFirst();
  }

  /// Rows of the journal are committed, each tried until it is; plain writes and reads are answered.
  private void goesOn(String when) {
    long until = writer.acked() + 10;
    Await.until(LIMIT, "commits while " + when, () -> writer.tryOne() && writer.acked() >= until);
    Await.until(LIMIT, "plain writes while " + when, this::savesAndLoads);
  }

  private boolean savesAndLoads() {
    Map<String, Cursor> cursors = Map.of("c", new Cursor(1, writer.acked()));
    try {
      JournalWriter.join(tables.cursors().save("ann", "phone", cursors));
      assertEquals(cursors, JournalWriter.join(tables.cursors().load("ann", "phone", List.of("c"))));
      return true;
    } catch (StoreException e) {
      return false;
    }
  }

  /// A conditional write of which nobody knows what became is looked up, and tried again.
  private boolean changes(long epoch) {
    SlotOwnerRow next = SlotOwnerRow.newBuilder().setIncarnation("a").setEpoch(epoch).build();
    try {
      return JournalWriter.join(tables.custody().change(5, Optional.empty(), next))
          || JournalWriter.join(tables.custody().readSettled(5)).equals(Optional.of(next));
    } catch (StoreException e) {
      return false;
    }
  }

  private void assertNothingIsAcknowledged() {
    for (int i = 0; i < 3; i++) {
      assertFalse(writer.tryOne(), "one replica of three cannot commit");
      assertFalse(savesAndLoads(), "one replica of three is no quorum");
    }
  }
}
