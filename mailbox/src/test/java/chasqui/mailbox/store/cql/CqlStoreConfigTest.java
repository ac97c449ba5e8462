package chasqui.mailbox.store.cql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a configuration may say: much of it ends up in the text of statements.
class CqlStoreConfigTest {
  private static final CqlStoreConfig CONFIG =
      CqlStoreConfig.defaults(List.of("db-1:9042", "[::1]:9042"), "dc1", "chasqui");

  @Test
  void three_replicas_in_the_data_centre_are_the_default() {
    assertEquals("{'class': 'NetworkTopologyStrategy', 'dc1': 3}", CONFIG.replicationMap());
    assertEquals("{'class': 'SimpleStrategy'}", CONFIG.withReplication("{'class': 'SimpleStrategy'}", "").replicationMap());
  }

  @Test
  void a_password_is_not_shown() {
    assertFalse(CONFIG.withLogin(new CqlStoreConfig.Login("ann", "secret")).toString().contains("secret"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Chasqui", "1chasqui", "chasqui; DROP", "a23456789012345678901234567890123456789012345678x"})
  void a_keyspace_is_a_plain_name(String keyspace) {
    assertThrows(IllegalArgumentException.class, () -> CqlStoreConfig.defaults(List.of("db:1"), "dc1", keyspace));
  }

  @ParameterizedTest
  @ValueSource(strings = {"db", "db:", ":9042", "db:123456", "a b:1"})
  void a_contact_point_has_a_port(String point) {
    assertThrows(IllegalArgumentException.class, () -> CqlStoreConfig.defaults(List.of(point), "dc1", "chasqui"));
  }

  @Test
  void nothing_leaves_its_place_in_a_statement() {
    assertThrows(IllegalArgumentException.class, () -> CONFIG.withReplication("{}; DROP KEYSPACE x", ""));
    assertThrows(IllegalArgumentException.class, () -> CONFIG.withReplication("", "; DROP KEYSPACE x"));
    assertThrows(IllegalArgumentException.class, () -> CqlStoreConfig.defaults(List.of("db:1"), "dc'1", "chasqui"));
    assertEquals("AND tablets = {'enabled': false}", CONFIG.withReplication("", "AND tablets = {'enabled': false}").ddlSuffix());
  }
}
