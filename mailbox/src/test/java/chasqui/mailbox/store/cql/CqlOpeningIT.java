package chasqui.mailbox.store.cql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.mailbox.store.StoreFixture;
import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.StoreOpenException.Reason;
import chasqui.mailbox.store.shared.JournalTable.JournalId;
import chasqui.store.v1.DataSetRow;
import chasqui.store.v1.JournalRow;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// How a data set is made by several at a time, and what is refused.
@ExtendWith(CqlExtension.class)
class CqlOpeningIT {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private CqlStoreConfig config;

  @BeforeEach
  void fresh() {
    config = CqlExtension.freshConfig();
  }

  @AfterEach
  void drop() {
    CqlExtension.drop(config);
  }

  private CqlTables open(int slots) throws Exception {
    return CqlExtension.open(config, slots, () -> NOON);
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void nodes_that_start_at_the_same_time_make_one_data_set() throws Exception {
    int nodes = 4;
    CyclicBarrier start = new CyclicBarrier(nodes);
    List<Future<CqlTables>> openings = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(nodes)) {
      for (int i = 0; i < nodes; i++) {
        openings.add(threads.submit(() -> {
          start.await();
          // A session of its own, as another process has.
          return CqlTables.open(config, StoreFixture.SLOTS, CqlExtension.surroundings(() -> NOON));
        }));
      }
      DataSetRow dataSet = openings.getFirst().get().dataSet();
      for (int i = 0; i < nodes; i++) {
        CqlTables tables = openings.get(i).get();
        assertEquals(dataSet, tables.dataSet());
        JournalId journal = new JournalId("node-" + i, 0);
        assertTrue(tables.journal().insert(journal, 1, JournalRow.getDefaultInstance()).toCompletableFuture().get());
      }
    }
    for (Future<CqlTables> opening : openings) {
      opening.get().close();
    }
  }

  @Test
  void what_a_node_left_half_done_another_finishes() throws Exception {
    CqlExtension.session().execute("CREATE KEYSPACE " + config.keyspace() + " WITH replication = " + config.replicationMap());
    List<String> statements = Migrations.statements(1);
    for (String statement : statements.subList(0, statements.size() / 2)) {
      CqlExtension.session().execute(Cql.inKeyspace(statement, config.keyspace()));
    }
    try (CqlTables tables = open(StoreFixture.SLOTS)) {
      tables.users().loadUser("ann").toCompletableFuture().get();
    }
  }

  @Test
  void other_slots_are_refused() throws Exception {
    open(StoreFixture.SLOTS).close();
    assertRefused(Reason.OTHER_SLOTS, StoreFixture.SLOTS + 1);
    open(StoreFixture.SLOTS).close();
  }

  @Test
  void newer_tables_and_newer_rows_are_refused() throws Exception {
    open(StoreFixture.SLOTS).close();
    change("tables = " + (Migrations.LATEST + 1));
    assertRefused(Reason.NEWER_SCHEMA, StoreFixture.SLOTS);
    change("tables = " + Migrations.LATEST);
    DataSetRow newer = DataSetRow.newBuilder()
        .setSchemaVersion(DataSets.SCHEMA_VERSION + 1).setSlots(StoreFixture.SLOTS).build();
    change("row = 0x" + hex(newer.toByteArray()));
    assertRefused(Reason.NEWER_SCHEMA, StoreFixture.SLOTS);
  }

  @Test
  void a_data_set_of_another_data_centre_is_refused() throws Exception {
    open(StoreFixture.SLOTS).close();
    change("datacenter = 'elsewhere'");
    assertRefused(Reason.UNREADABLE, StoreFixture.SLOTS);
  }

  @Test
  void a_journal_whose_deletions_are_forgotten_early_is_refused() throws Exception {
    open(StoreFixture.SLOTS).close();
    CqlExtension.session().execute("ALTER TABLE " + config.keyspace() + ".journal WITH gc_grace_seconds = 345600");
    assertRefused(Reason.UNREADABLE, StoreFixture.SLOTS);
    CqlExtension.session().execute("ALTER TABLE " + config.keyspace() + ".journal WITH gc_grace_seconds = 345601");
    open(StoreFixture.SLOTS).close();
  }

  @Test
  void tables_whose_rows_go_by_themselves_are_refused() throws Exception {
    open(StoreFixture.SLOTS).close();
    for (String table : List.of("journal", "log", "device")) {
      String alter = "ALTER TABLE " + config.keyspace() + "." + table + " WITH default_time_to_live = ";
      CqlExtension.session().execute(alter + "86400");
      assertRefused(Reason.UNREADABLE, StoreFixture.SLOTS);
      CqlExtension.session().execute(alter + "0");
    }
    open(StoreFixture.SLOTS).close();
  }

  @Test
  void a_node_whose_clock_is_far_ahead_is_refused() throws Exception {
    CqlExtension.open(config, StoreFixture.SLOTS, () -> InstantSource.system().instant().plus(Duration.ofHours(23))).close();
    StoreOpenException refused = assertThrows(StoreOpenException.class, () -> CqlExtension.open(
        config, StoreFixture.SLOTS, () -> InstantSource.system().instant().plus(Duration.ofHours(26))));
    assertEquals(Reason.UNREADABLE, refused.reason());
    assertTrue(refused.getMessage().contains("ahead"), refused.getMessage());
  }

  @Test
  void a_server_that_is_not_there_is_a_sentence() {
    CqlStoreConfig nowhere = CqlStoreConfig.defaults(List.of("127.0.0.1:1"), "dc1", "chasqui");
    StoreOpenException refused = assertThrows(StoreOpenException.class,
        () -> CqlTables.open(nowhere, StoreFixture.SLOTS, CqlExtension.surroundings(() -> NOON)));
    assertEquals(Reason.UNREADABLE, refused.reason());
    assertTrue(refused.getMessage().contains("127.0.0.1:1"), refused.getMessage());
  }

  private void assertRefused(Reason reason, int slots) {
    StoreOpenException refused = assertThrows(StoreOpenException.class, () -> open(slots));
    assertEquals(reason, refused.reason(), refused.getMessage());
  }

  private void change(String what) {
    CqlExtension.session().execute("UPDATE " + config.keyspace() + ".data_set SET " + what + " WHERE name = 'data-set' IF EXISTS");
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
