package chasqui.node.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/// What an operator has to know of each key: what it does, and why the default is what it is.
///
/// Kept here, in `settings.reference`, and not in the records: these belong to roles that know nothing of files and keys.
public final class Reference {

  private static final String SECRET = "(secret) ";

  private final Map<String, ConfigFile.Line> lines;

  private Reference(Map<String, ConfigFile.Line> lines) {
    this.lines = lines;
  }

  /// The reference of this node.
  public static Reference load() {
    try (InputStream in = Reference.class.getResourceAsStream("settings.reference")) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException damaged) {
      throw new IllegalStateException("the node's jar is damaged", damaged);
    }
  }

  static Reference parse(String text) {
    return new Reference(ConfigFile.parse("settings.reference", text).lines());
  }

  /// The line about a key; empty if there is none.
  String reason(String key) {
    String text = lines.containsKey(key) ? lines.get(key).value() : "";
    return text.startsWith(SECRET) ? text.substring(SECRET.length()) : text;
  }

  /// Whether a key's value is never shown.
  boolean secret(String key) {
    return lines.containsKey(key) && lines.get(key).value().startsWith(SECRET);
  }

  Set<String> keys() {
    return lines.keySet();
  }
}
