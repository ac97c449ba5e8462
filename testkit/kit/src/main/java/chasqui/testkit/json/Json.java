package chasqui.testkit.json;

import java.lang.reflect.RecordComponent;
import java.util.Locale;
import java.util.Map;

/// Plain values to JSON, one way and on one line: records (component names in `snake_case`), maps, iterables, strings,
/// numbers, booleans, enums and null. Verdicts and summaries need no more, and no library.
public final class Json {
  private final StringBuilder out = new StringBuilder(256);

  private Json() {}

  public static String write(Object value) {
    Json json = new Json();
    json.value(value);
    return json.out.toString();
  }

  private void value(Object value) {
    switch (value) {
      case null -> out.append("null");
      case String text -> quoted(text);
      case Enum<?> constant -> quoted(constant.name());
      case Double number -> decimal(number);
      case Float number -> decimal(number);
      case Number number -> out.append(number);
      case Boolean truth -> out.append(truth);
      case Record fields -> object(fields);
      case Map<?, ?> map -> object(map);
      case Iterable<?> rows -> array(rows);
      default -> throw new IllegalArgumentException("no JSON for a " + value.getClass());
    }
  }

  private void decimal(double number) {
    // JSON has no word for these.
    out.append(Double.isFinite(number) ? Double.toString(number) : "null");
  }

  private void object(Record fields) {
    String comma = "{";
    for (RecordComponent component : fields.getClass().getRecordComponents()) {
      out.append(comma);
      quoted(snakeCase(component.getName()));
      out.append(':');
      value(read(component, fields));
      comma = ",";
    }
    out.append(comma.equals("{") ? "{}" : "}");
  }

  private void object(Map<?, ?> map) {
    String comma = "{";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(comma);
      quoted(String.valueOf(entry.getKey()));
      out.append(':');
      value(entry.getValue());
      comma = ",";
    }
    out.append(comma.equals("{") ? "{}" : "}");
  }

  private void array(Iterable<?> rows) {
    String comma = "[";
    for (Object row : rows) {
      out.append(comma);
      value(row);
      comma = ",";
    }
    out.append(comma.equals("[") ? "[]" : "]");
  }

  private void quoted(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20 || c == 0x7f || c == '\u2028' || c == '\u2029') {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  private static String snakeCase(String name) {
    StringBuilder snake = new StringBuilder(name.length() + 4);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isUpperCase(c)) {
        snake.append('_').append(Character.toLowerCase(c));
      } else {
        snake.append(c);
      }
    }
    return snake.toString();
  }

  private static Object read(RecordComponent component, Record fields) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(fields);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("cannot read " + component, e);
    }
  }
}
