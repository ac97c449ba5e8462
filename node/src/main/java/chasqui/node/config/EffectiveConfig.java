package chasqui.node.config;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The configuration in force: a record per component, and every setting with where it comes from.
public final class EffectiveConfig {

  private final Map<Class<?>, Record> records;
  private final List<EffectiveSetting> settings;

  EffectiveConfig(Map<Class<?>, Record> records, List<EffectiveSetting> settings) {
    this.records = Map.copyOf(records);
    this.settings = List.copyOf(settings);
  }

  /// A component's record.
  public <T extends Record> T get(Class<T> type) {
    Record found = records.get(type);
    if (found == null) {
      throw new IllegalArgumentException("no section is bound to " + type.getName());
    }
    return type.cast(found);
  }

  /// Every setting, in the order of the sections.
  public List<EffectiveSetting> settings() {
    return settings;
  }

  /// The annotated reference: a file that sets every key to the value in force.
  public String reference() {
    return settings.stream().map(EffectiveConfig::describe).collect(Collectors.joining("\n"));
  }

  private static String describe(EffectiveSetting setting) {
    String origin = setting.changed() ? "from " + setting.source() + "; default " + quoted(setting.standard()) : "default";
    String line = setting.key() + " = " + setting.value();
    return "# " + setting.reason() + " (" + origin + "; " + Keys.variable(setting.key()) + ")\n" + line.strip() + "\n";
  }

  private static String quoted(String value) {
    return value.isEmpty() ? "empty" : value;
  }
}
