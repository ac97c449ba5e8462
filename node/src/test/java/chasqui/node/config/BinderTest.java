package chasqui.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Defaults, then the file, then the environment; every mistake is told with what was meant.
class BinderTest {

  /// Colours.
  public enum Colour {
    RED,
    DARK_GREEN
  }

  /// One of everything.
  public record Everything(
      String text, boolean flag, int count, long queuedBytesMax, double share, Duration flushEvery, Path place,
      Colour colour, List<Integer> numbers, Set<Colour> colours, Inner inner, Thread hidden) {

    static final Everything DEFAULT = new Everything("a", false, 7, 64 * 1024, 0.5, Duration.ofSeconds(90), Path.of("p"),
        Colour.RED, List.of(1, 2), Set.of(Colour.RED), new Inner(3, "hush"), null);

    public Everything {
      if (count > 100) {
        throw new IllegalArgumentException("count must be at most 100, got " + count);
      }
    }
  }

  /// A record within.
  public record Inner(int depth, String passphrase) {}

  private static final Reference REFERENCE = Reference.parse("x.inner.passphrase = (secret) unlocks\nx.count = how many");

  @Test
  void without_anything_the_defaults_hold() {
    assertEquals(Everything.DEFAULT, bind("", Map.of()).get(Everything.class));
  }

  @Test
  void the_file_sets_values_of_every_type() {
    Everything bound = bind("""
        # comment
        x.text = b = c # not a comment
        x.flag = yes
        x.count=9
        x.queued_bytes_max = 2MiB
        x.share = 0.25
        x.flush-every = 1500ms
        x.place = /a\\b
        X.Colour = dark-green
        x.numbers = 3, 4
        x.colours = red, DARK_GREEN
        x.inner.depth = 1_000
        """, Map.of()).get(Everything.class);
    assertEquals(new Everything("b = c # not a comment", true, 9, 2 << 20, 0.25, Duration.ofMillis(1500), Path.of("/a\\b"),
        Colour.DARK_GREEN, List.of(3, 4), Set.of(Colour.RED, Colour.DARK_GREEN), new Inner(1000, "hush"), null), bound);
  }

  @Test
  void the_environment_comes_before_the_file() {
    EffectiveConfig bound = bind("x.count = 9\nx.text = b", Map.of("CHASQUI_X_COUNT", "10", "CHASQUI_DATA", "/d", "HOME", "/h"));
    assertEquals(10, bound.get(Everything.class).count());
    assertEquals("CHASQUI_X_COUNT", setting(bound, "x.count").source());
    assertEquals("test line 2", setting(bound, "x.text").source());
    assertEquals("default", setting(bound, "x.flag").source());
  }

  @Test
  void an_unknown_key_is_refused_with_the_nearest_known_one() {
    assertEquals(List.of("unknown key x.cuont (test line 1); the nearest known is x.count"), problems("x.cuont = 1", Map.of()));
  }

  @Test
  void an_unknown_variable_of_a_section_is_refused_too() {
    assertEquals(List.of("unknown variable CHASQUI_X_COLOR; the nearest known is CHASQUI_X_COLOUR"),
        problems("", Map.of("CHASQUI_X_COLOR", "red")));
  }

  @Test
  void what_the_node_sets_itself_is_no_setting() {
    assertTrue(problems("x.hidden = 1", Map.of()).getFirst().startsWith("unknown key x.hidden"));
  }

  @Test
  void every_bad_value_is_told_with_what_was_expected() {
    assertEquals(
        List.of(
            "x.flag (test line 1): expected true or false, got `maybe`",
            "x.count (test line 2): expected a whole number from 0 to 2147483647, got `-1`",
            "x.queued-bytes-max (test line 3): expected a size such as 64KiB, got `64KB`",
            "x.flush-every (test line 4): expected a duration such as 500ms, 15s, 5m, 12h or 30d, got `15`",
            "x.colour (test line 5): expected one of red, dark-green, got `blue`"),
        problems("x.flag=maybe\nx.count=-1\nx.queued-bytes-max=64KB\nx.flush-every=15\nx.colour=blue", Map.of()));
  }

  @Test
  void numbers_that_do_not_fit_are_refused() {
    assertEquals(3, problems("x.count=2147483648\nx.queued-bytes-max=99999999999TiB\nx.flush-every=999999999999999999d", Map.of()).size());
  }

  @Test
  void a_broken_relation_is_told() {
    assertEquals(List.of("x: count must be at most 100, got 101"), problems("x.count = 101", Map.of()));
  }

  @Test
  void a_key_that_stands_twice_is_refused() {
    assertEquals(List.of("test line 3: x.count was set in line 1 already"), problems("x.count = 1\n\nx.count = 2", Map.of()));
  }

  @Test
  void a_line_that_means_nothing_is_refused() {
    assertEquals(List.of("test line 1: expected `key = value`, got `x.count 1`"), problems("x.count 1", Map.of()));
  }

  @Test
  void a_secret_is_never_shown() {
    EffectiveConfig bound = bind("x.inner.passphrase = swordfish", Map.of());
    assertEquals("swordfish", bound.get(Everything.class).inner().passphrase());
    assertFalse(bound.reference().contains("swordfish"), bound.reference());
    assertFalse(bound.reference().contains("hush"), bound.reference());
  }

  @Test
  void the_reference_is_a_file_that_means_the_same() {
    EffectiveConfig bound = bind("x.count = 9\nx.flush-every = 250us\nx.queued-bytes-max = 1000", Map.of());
    String reference = bound.reference().replace(EffectiveSetting.MASK, "hush");
    assertEquals(bound.get(Everything.class), bind(reference, Map.of()).get(Everything.class));
    assertTrue(reference.contains("# how many (from test line 1; default 7; CHASQUI_X_COUNT)\nx.count = 9\n"), reference);
  }

  private static EffectiveConfig bind(String file, Map<String, String> environment) {
    Section section = new Section("x", Everything.DEFAULT, Set.of("hidden"));
    return Binder.bind(List.of(section), REFERENCE, ConfigFile.parse("test", file), environment);
  }

  private static List<String> problems(String file, Map<String, String> environment) {
    return assertThrows(ConfigException.class, () -> bind(file, environment)).problems();
  }

  private static EffectiveSetting setting(EffectiveConfig config, String key) {
    return config.settings().stream().filter(setting -> setting.key().equals(key)).findFirst().orElseThrow();
  }
}
