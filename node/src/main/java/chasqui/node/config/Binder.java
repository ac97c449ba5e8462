package chasqui.node.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Binds records from the environment, before the file, before their defaults.
///
/// One use: collects the settings and the problems of one binding.
public final class Binder {

  static final String DEFAULT_SOURCE = "default";

  private final Reference reference;
  private final ConfigFile file;
  private final Map<String, String> environment;
  private final Map<String, EffectiveSetting> settings = new LinkedHashMap<>();
  private final Map<String, String> variables = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  private Binder(Reference reference, ConfigFile file, Map<String, String> environment) {
    this.reference = reference;
    this.file = file;
    this.environment = environment;
  }

  /// Binds all sections.
  ///
  /// @throws ConfigException with every problem found
  public static EffectiveConfig bind(
      List<Section> sections, Reference reference, ConfigFile file, Map<String, String> environment) {
    return new Binder(reference, file, environment).bindAll(sections);
  }

  private EffectiveConfig bindAll(List<Section> sections) {
    Map<Class<?>, Record> records = new LinkedHashMap<>();
    for (Section section : sections) {
      Set<String> wired = section.wired().stream().map(key -> section.name() + "." + key).collect(Collectors.toSet());
      bind(section.name(), section.defaults(), wired).ifPresent(bound -> records.put(bound.getClass(), bound));
    }
    refuseUnknownKeys();
    refuseUnknownVariables(sections);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new EffectiveConfig(records, List.copyOf(settings.values()));
  }

  private Optional<Record> bind(String prefix, Record defaults, Set<String> wired) {
    int problemsBefore = problems.size();
    RecordComponent[] components = defaults.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String key = prefix + "." + Keys.kebab(components[i].getName());
      Object standard = read(components[i], defaults);
      if (wired.contains(key)) {
        values[i] = standard;
      } else if (standard instanceof Record nested) {
        values[i] = bind(key, nested, wired).orElse(nested);
      } else {
        values[i] = setting(key, components[i], standard);
      }
    }
    return problems.size() > problemsBefore ? Optional.empty() : construct(prefix, defaults.getClass(), components, values);
  }

  private Object setting(String key, RecordComponent component, Object standard) {
    String variable = Keys.variable(key);
    if (settings.containsKey(key) || variables.put(variable, key) != null) {
      throw new IllegalStateException("two components bind " + key);
    }
    ConfigFile.Line line = file.lines().get(key);
    String source = DEFAULT_SOURCE;
    Object value = standard;
    String text = null;
    if (environment.containsKey(variable)) {
      source = variable;
      text = environment.get(variable).strip();
    } else if (line != null) {
      source = file.name() + " line " + line.number();
      text = line.value();
    }
    boolean secret = reference.secret(key);
    if (text != null) {
      value = parse(text, key, source, component, secret).orElse(standard);
    }
    settings.put(key, new EffectiveSetting(
        key, show(value, component, secret), show(standard, component, secret), source, reference.reason(key)));
    return value;
  }

  private Optional<Object> parse(String text, String key, String source, RecordComponent component, boolean secret) {
    try {
      return Optional.of(Values.parse(text, component.getName(), component.getGenericType()));
    } catch (IllegalArgumentException bad) {
      String got = secret ? "what is set" : "`" + text + "`";
      problems.add(key + " (" + source + "): expected " + bad.getMessage() + ", got " + got);
      return Optional.empty();
    }
  }

  private static String show(Object value, RecordComponent component, boolean secret) {
    String text = Values.print(value, component.getName());
    return secret && !text.isEmpty() ? EffectiveSetting.MASK : text;
  }

  private void refuseUnknownKeys() {
    file.lines().forEach((key, line) -> {
      if (!settings.containsKey(key)) {
        problems.add("unknown key " + key + " (" + file.name() + " line " + line.number() + ")" + meant(key, settings.keySet()));
      }
    });
  }

  /// Only variables that begin like one of a section: others, such as the launcher's, are not ours to judge.
  private void refuseUnknownVariables(List<Section> sections) {
    for (String variable : new TreeMap<>(environment).keySet()) {
      boolean ours = sections.stream().anyMatch(section -> variable.startsWith(Keys.variable(section.name()) + "_"));
      if (ours && !variables.containsKey(variable)) {
        problems.add("unknown variable " + variable + meant(variable, variables.keySet()));
      }
    }
  }

  private static String meant(String unknown, Collection<String> known) {
    return Keys.nearest(unknown, known).map(nearest -> "; the nearest known is " + nearest).orElse("");
  }

  private static Object read(RecordComponent component, Record from) {
    try {
      return component.getAccessor().invoke(from);
    } catch (ReflectiveOperationException hidden) {
      throw new IllegalStateException("a configuration record has to be public: " + from.getClass(), hidden);
    }
  }

  private Optional<Record> construct(
      String prefix, Class<? extends Record> type, RecordComponent[] components, Object[] values) {
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
    }
    try {
      Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
      return Optional.of(constructor.newInstance(values));
    } catch (InvocationTargetException refused) {
      if (refused.getCause() instanceof IllegalArgumentException bad) {
        problems.add(prefix + ": " + bad.getMessage());
        return Optional.empty();
      }
      throw new IllegalStateException("the record " + type + " cannot be made", refused.getCause());
    } catch (ReflectiveOperationException hidden) {
      throw new IllegalStateException("a configuration record has to be public: " + type, hidden);
    }
  }
}
