package chasqui.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The node's own settings: each key, each default and each reason.
class SettingsTest {

  private final EffectiveConfig config = Settings.load(Path.of("data"), ConfigFile.NONE, Map.of());

  /// `settings.golden` is the public contract: a change of a key or default is a change for operators.
  @Test
  void keys_and_defaults_are_pinned() throws IOException {
    List<String> actual = config.settings().stream()
        .map(setting -> (setting.key() + " = " + setting.value()).strip())
        .toList();
    try (var golden = SettingsTest.class.getResourceAsStream("settings.golden")) {
      assertEquals(new String(golden.readAllBytes(), StandardCharsets.UTF_8).strip(), String.join("\n", actual));
    }
  }

  @Test
  void every_key_has_a_reason_and_every_reason_a_key() {
    var keys = config.settings().stream().map(EffectiveSetting::key).collect(Collectors.toCollection(TreeSet::new));
    assertEquals(keys, new TreeSet<>(Reference.load().keys()));
    config.settings().forEach(setting -> assertTrue(setting.reason().length() > 10, setting.key() + " has no reason"));
  }

  @Test
  void what_components_have_to_agree_on_is_checked() {
    ConfigFile file = ConfigFile.parse("test", """
        mailbox.conversations.message-bytes-max = 200KiB
        edge.session.delivery.entries-max = 300
        mailbox.reads.range-entries-max = 200
        router.forwarding.deadline = 20s
        """);
    var failure = assertThrows(ConfigException.class, () -> Settings.load(Path.of("data"), file, Map.of()));
    assertEquals(3, failure.problems().size(), failure.getMessage());
    assertTrue(failure.getMessage().contains("frameBytesMax"), "a message of 200 KiB does not fit the edge's frame");
  }

  @Test
  void who_is_not_alone_has_to_find_the_others() {
    assertEquals(1, problems("node.roles = edge, router\n"));
    assertEquals(2, problems("store.kind = cql\n"), "neither etcd nor a contact point");
    assertEquals(0, problems("node.roles = mailbox\ncluster.etcd = a:1\nstore.kind = cql\ncql.contact-points = b:2\n"));
    assertEquals(1, problems("node.roles = mailbox\ncluster.etcd = a\n"));
    assertEquals(1, problems("node.roles = mailbox\ncluster.etcd = a:1\ninternal.host = 0.0.0.0\n"), "nobody connects to that");
  }

  private static int problems(String file) {
    try {
      assertTrue(Settings.load(Path.of("data"), ConfigFile.parse("test", file), Map.of()).settings().size() > 1);
      return 0;
    } catch (ConfigException refused) {
      return refused.problems().size();
    }
  }
}
