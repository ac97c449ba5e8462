package chasqui.testkit.history;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Observations as lines: the record's name, its components depth first, a final `.`, separated by tabs. The final dot
/// tells a whole line from one that a killed writer left half written.
///
/// Not for several threads.
final class ObservationLines {
  private static final char SEPARATOR = '\t';
  private static final String END = "\t.";

  private final Map<Class<?>, RecordFields> byClass = new HashMap<>();
  private final Map<String, RecordFields> byName = new HashMap<>();

  ObservationLines() {
    for (Class<?> type : Observation.class.getPermittedSubclasses()) {
      RecordFields fields = new RecordFields(type);
      byClass.put(type, fields);
      byName.put(type.getSimpleName(), fields);
    }
  }

  String encode(Observation observation) {
    StringBuilder line = new StringBuilder(160);
    line.append(observation.getClass().getSimpleName());
    known(byClass.get(observation.getClass()), observation.getClass().getName())
        .write(observation, field -> line.append(SEPARATOR).append(escaped(field)));
    return line.append(END).toString();
  }

  /// Empty for a line that was cut off.
  Optional<Observation> decode(String line) {
    if (!line.endsWith(END)) {
      return Optional.empty();
    }
    ArrayDeque<String> fields = split(line.substring(0, line.length() - END.length()));
    String name = fields.remove();
    Observation observation = (Observation) known(byName.get(name), name).read(fields);
    if (!fields.isEmpty()) {
      throw new IllegalArgumentException("a " + name + " line has " + fields.size() + " fields too many");
    }
    return Optional.of(observation);
  }

  private static RecordFields known(RecordFields fields, String name) {
    if (fields == null) {
      throw new IllegalArgumentException("no observation is called " + name);
    }
    return fields;
  }

  private static ArrayDeque<String> split(String line) {
    ArrayDeque<String> fields = new ArrayDeque<>(16);
    int from = 0;
    for (int tab = line.indexOf(SEPARATOR); tab >= 0; tab = line.indexOf(SEPARATOR, from)) {
      fields.add(unescaped(line.substring(from, tab)));
      from = tab + 1;
    }
    fields.add(unescaped(line.substring(from)));
    return fields;
  }

  private static String escaped(String field) {
    if (field.indexOf('\\') < 0 && field.indexOf('\t') < 0 && field.indexOf('\n') < 0 && field.indexOf('\r') < 0) {
      return field;
    }
    return field.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r");
  }

  private static String unescaped(String field) {
    if (field.indexOf('\\') < 0) {
      return field;
    }
    StringBuilder plain = new StringBuilder(field.length());
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c != '\\') {
        plain.append(c);
        continue;
      }
      char escape = field.charAt(++i);
      plain.append(
          switch (escape) {
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'r' -> '\r';
            default -> escape;
          });
    }
    return plain.toString();
  }
}
