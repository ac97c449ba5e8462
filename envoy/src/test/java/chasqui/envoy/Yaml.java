package chasqui.envoy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// A YAML document, to be asked by path.
record Yaml(Object root) {

  static Yaml read(Path file) {
    try {
      return new Yaml(new org.yaml.snakeyaml.Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @param path keys and list positions between dots; a dot inside a key is escaped
  Object at(String path) {
    Object here = root;
    for (String step : path.split("(?<!\\\\)\\.")) {
      here = here instanceof List<?> list
          ? list.get(Integer.parseInt(step))
          : ((Map<?, ?>) here).get(step.replace("\\.", "."));
      Objects.requireNonNull(here, () -> "nothing at " + step + " of " + path);
    }
    return here;
  }

  /// Whether the key is anywhere.
  boolean hasKey(String key) {
    return hasKey(root, key);
  }

  private static boolean hasKey(Object node, String key) {
    return switch (node) {
      case Map<?, ?> map -> map.containsKey(key) || map.values().stream().anyMatch(value -> hasKey(value, key));
      case List<?> list -> list.stream().anyMatch(value -> hasKey(value, key));
      case null, default -> false;
    };
  }
}
