package chasqui.mailbox.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The defaults, and the relations that must hold.
class EmbeddedStoreConfigTest {
  private static final long MIB = 1 << 20;

  @Test
  void the_defaults_are_pinned() {
    assertEquals(
        new EmbeddedStoreConfig(
            Path.of("data"),
            1_024,
            4,
            true,
            256 * MIB,
            new EmbeddedStoreConfig.Memory(160 * MIB, 64 * MIB, 128 * MIB, 1_000),
            new EmbeddedStoreConfig.Queues(4_096, 2, 4_096)),
        EmbeddedStoreConfig.defaults(Path.of("data"), 1_024));
  }

  @Test
  void a_wrong_value_is_named_with_what_was_expected() {
    assertRefused("slots is 0, expected at least 1", () -> EmbeddedStoreConfig.defaults(Path.of("data"), 0));
    assertRefused("stripes is 0", () -> EmbeddedStoreConfig.defaults(Path.of("data"), 1).withStripes(0));
    assertRefused("cacheBytes is", () -> new EmbeddedStoreConfig.Memory(100 * MIB, 64 * MIB, 128 * MIB, 1_000));
    assertRefused("walBytesMax is", () -> new EmbeddedStoreConfig.Memory(160 * MIB, 64 * MIB, 32 * MIB, 1_000));
    assertRefused("openFilesMax is 10", () -> new EmbeddedStoreConfig.Memory(160 * MIB, 64 * MIB, 128 * MIB, 10));
    assertRefused("savesWaitingMax is 0", () -> new EmbeddedStoreConfig.Queues(0, 2, 1));
  }

  private static void assertRefused(String beginning, Runnable making) {
    String message = assertThrows(IllegalArgumentException.class, making::run).getMessage();
    assertTrue(message.startsWith(beginning), message);
  }
}
