package chasqui.edge.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The key of a data folder is made once and kept.
class DevKeysTest {

  @TempDir
  private Path data;

  @Test
  void the_private_key_is_readable_by_its_owner_alone() throws Exception {
    DevKeys.of(data);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("auth/dev-key.json"))));
  }

  @Test
  void the_public_document_holds_no_private_part() throws Exception {
    DevKeys.of(data);
    String jwks = Files.readString(data.resolve("auth/dev-jwks.json"));
    assertFalse(jwks.contains("\"d\""), jwks);
    assertTrue(VerifyingKeys.parse(jwks).development());
  }

  @Test
  void a_second_start_has_the_same_key() throws Exception {
    assertEquals(DevKeys.of(data).jwks(), DevKeys.of(data).jwks());
  }

  @Test
  void those_who_start_at_once_get_the_same_key() throws Exception {
    Callable<String> start = () -> DevKeys.of(data).jwks();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var results = threads.invokeAll(List.of(start, start, start, start));
      for (var result : results) {
        assertEquals(results.getFirst().get(), result.get());
      }
    }
    try (var files = Files.list(data.resolve("auth"))) {
      assertEquals(2, files.count(), "drafts are left");
    }
  }

  @Test
  void a_damaged_key_is_told_with_what_to_do() throws Exception {
    Files.createDirectories(data.resolve("auth"));
    Files.writeString(data.resolve("auth/dev-key.json"), "{}");
    var failure = assertThrows(UnusableKeysException.class, () -> DevKeys.of(data));
    assertTrue(failure.getMessage().contains("delete it"), failure.getMessage());
  }

  @Test
  void nobody_gets_a_token_for_a_name_that_nobody_can_have() throws Exception {
    TokenMinter minter = DevKeys.of(data).minter("chasqui", InstantSource.system());
    assertThrows(IllegalArgumentException.class, () -> minter.mint("a b", Duration.ofHours(1)));
    assertThrows(IllegalArgumentException.class, () -> minter.mint("alice", Duration.ZERO));
  }
}
