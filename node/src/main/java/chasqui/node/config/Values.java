package chasqui.node.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Texts of a configuration as values and back. A refusal tells what was expected.
final class Values {

  private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d{1,18})\\s*([A-Za-z]*)");
  private static final List<String> SIZE_UNITS = List.of("", "KiB", "MiB", "GiB", "TiB");

  private Values() {}

  /// The value that a text means.
  ///
  /// @param component the component's name: numbers of `…Bytes…` are sizes
  /// @throws IllegalArgumentException with what was expected
  static Object parse(String text, String component, Type type) {
    return switch (type) {
      case Class<?> plain when plain == String.class -> text;
      case Class<?> plain when plain == boolean.class -> bool(text);
      case Class<?> plain when plain == int.class || plain == Integer.class -> Math.toIntExact(whole(text, component, Integer.MAX_VALUE));
      case Class<?> plain when plain == long.class || plain == Long.class -> whole(text, component, Long.MAX_VALUE);
      case Class<?> plain when plain == double.class -> real(text);
      case Class<?> plain when plain == Duration.class -> duration(text);
      case Class<?> plain when plain == Path.class -> path(text);
      case Class<?> plain when plain.isEnum() -> constant(text, plain);
      case ParameterizedType list when list.getRawType() == List.class -> elements(text, component, list).toList();
      case ParameterizedType set when set.getRawType() == Set.class ->
          elements(text, component, set).collect(Collectors.toCollection(LinkedHashSet::new));
      default -> throw new IllegalStateException("no setting can be of type " + type.getTypeName());
    };
  }

  /// A value as it would stand in the file.
  static String print(Object value, String component) {
    return switch (value) {
      case Duration duration -> print(duration);
      case Enum<?> constant -> Keys.canonical(constant.name());
      case Set<?> unordered -> unordered.stream().map(one -> print(one, component)).sorted().collect(Collectors.joining(", "));
      case List<?> ordered -> ordered.stream().map(one -> print(one, component)).collect(Collectors.joining(", "));
      case Integer whole when isSize(component) -> printSize(whole);
      case Long whole when isSize(component) -> printSize(whole);
      default -> value.toString();
    };
  }

  private static boolean isSize(String component) {
    return component.toLowerCase(Locale.ROOT).contains("bytes");
  }

  private static Stream<Object> elements(String text, String component, ParameterizedType type) {
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .filter(one -> !one.isEmpty())
        .map(one -> parse(one, component, type.getActualTypeArguments()[0]));
  }

  private static boolean bool(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on" -> true;
      case "false", "no", "off" -> false;
      default -> throw new IllegalArgumentException("true or false");
    };
  }

  private static long whole(String text, String component, long max) {
    String expected = isSize(component) ? "a size such as 64KiB" : "a whole number from 0 to " + max;
    Matcher matcher = NUMBER_AND_UNIT.matcher(text.replace("_", ""));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(expected);
    }
    int power = sizePower(matcher.group(2));
    if (power < 0 || (power > 0 && !isSize(component))) {
      throw new IllegalArgumentException(expected);
    }
    long number = Long.parseLong(matcher.group(1));
    if (number > max >> (10 * power)) {
      throw new IllegalArgumentException(expected + ", at most " + max);
    }
    return number << (10 * power);
  }

  private static int sizePower(String unit) {
    for (int power = 0; power < SIZE_UNITS.size(); power++) {
      String name = SIZE_UNITS.get(power);
      if (unit.equalsIgnoreCase(name) || (power > 0 && unit.equalsIgnoreCase(name.substring(0, 1)))) {
        return power;
      }
    }
    return unit.equalsIgnoreCase("B") ? 0 : -1;
  }

  private static double real(String text) {
    try {
      double number = Double.parseDouble(text);
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // Told below, as for an infinite one.
    }
    throw new IllegalArgumentException("a number such as 0.5");
  }

  /// A duration such as `15s`; also what `--ttl 12h` means.
  static Duration duration(String text) {
    String expected = "a duration such as 500ms, 15s, 5m, 12h or 30d";
    Matcher matcher = NUMBER_AND_UNIT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(expected);
    }
    long amount = Long.parseLong(matcher.group(1));
    if (amount == 0) {
      return Duration.ZERO;
    }
    try {
      return switch (matcher.group(2)) {
        case "us" -> Duration.ofNanos(Math.multiplyExact(amount, 1000));
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        case "m", "min" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        case "d" -> Duration.ofDays(amount);
        default -> throw new IllegalArgumentException(expected);
      };
    } catch (ArithmeticException tooLong) {
      throw new IllegalArgumentException(expected, tooLong);
    }
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException invalid) {
      throw new IllegalArgumentException("a path", invalid);
    }
  }

  private static Object constant(String text, Class<?> type) {
    String wanted = Keys.canonical(text);
    for (Object constant : type.getEnumConstants()) {
      if (Keys.canonical(((Enum<?>) constant).name()).equals(wanted)) {
        return constant;
      }
    }
    throw new IllegalArgumentException("one of " + Arrays.stream(type.getEnumConstants())
        .map(constant -> Keys.canonical(((Enum<?>) constant).name()))
        .collect(Collectors.joining(", ")));
  }

  private static String print(Duration duration) {
    long nanos = duration.getNano();
    if (nanos % 1_000_000 != 0) {
      return Math.addExact(Math.multiplyExact(duration.getSeconds(), 1_000_000L), nanos / 1000) + "us";
    }
    long millis = duration.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds % 86_400 == 0 && seconds > 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3600 == 0 && seconds > 0) {
      return seconds / 3600 + "h";
    }
    return seconds % 60 == 0 && seconds > 0 ? seconds / 60 + "m" : seconds + "s";
  }

  private static String printSize(long bytes) {
    int power = 0;
    while (bytes > 0 && bytes % 1024 == 0 && power < SIZE_UNITS.size() - 1) {
      bytes /= 1024;
      power++;
    }
    return bytes + SIZE_UNITS.get(power);
  }
}
