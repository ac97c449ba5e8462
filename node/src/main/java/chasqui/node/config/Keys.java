package chasqui.node.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// How settings are called: `edge.clock-skew` in the file, `CHASQUI_EDGE_CLOCK_SKEW` in the environment.
final class Keys {

  static final String ENVIRONMENT_PREFIX = "CHASQUI_";

  private Keys() {}

  /// `clockSkew` as `clock-skew`.
  static String kebab(String component) {
    StringBuilder kebab = new StringBuilder();
    for (char c : component.toCharArray()) {
      if (Character.isUpperCase(c)) {
        kebab.append('-');
      }
      kebab.append(Character.toLowerCase(c));
    }
    return kebab.toString();
  }

  /// A key of the file as we write it: lower case, words joined by hyphens.
  static String canonical(String key) {
    return key.replace('_', '-').toLowerCase(Locale.ROOT);
  }

  /// The variable that sets a key.
  static String variable(String key) {
    return ENVIRONMENT_PREFIX + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /// The known name that an unknown one is most likely meant to be.
  static Optional<String> nearest(String unknown, Collection<String> known) {
    String best = null;
    int bestDistance = Integer.MAX_VALUE;
    for (String candidate : known) {
      int distance = distance(unknown, candidate);
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return Optional.ofNullable(best);
  }

  /// How many letters have to be put in, taken out or changed.
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
