package chasqui.envoy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A text with `${name}` in it. Its variables are declared in the text itself, one a line:
///
/// ```
/// #: name = default   what it means
/// ```
///
/// Without `= default` a value must be given. A default has no spaces, and may be another variable. Where it is a number
/// the value must be one, too. There are no conditions and no loops.
final class Template {

  /// One declared variable.
  ///
  /// @param preset what it is unless it is given
  record Variable(String name, Optional<String> preset, String meaning) {
    boolean isNumber() {
      return preset.filter(text -> NUMBER.matcher(text).matches()).isPresent();
    }
  }

  private static final Pattern DECLARATION =
      Pattern.compile("^#: ([a-z][a-z0-9_]*)(?: += +(\\S+))?(?: +(.*))?$", Pattern.MULTILINE);
  private static final Pattern USE = Pattern.compile("\\$\\{([^}]*)}");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
  // Values stand between double quotes in YAML: nothing that ends them, escapes, or begins another variable.
  private static final Pattern PLAIN = Pattern.compile("[^\"\\\\$\\p{Cntrl}]+");

  private final String name;
  private final String body;
  private final Map<String, Variable> variables = new LinkedHashMap<>();

  private Template(String name, String text) {
    this.name = name;
    DECLARATION.matcher(text).results().forEach(this::declare);
    body = DECLARATION.matcher(text).replaceAll("");
    // Presets use, too.
    String presets = String.join(" ", variables.values().stream().flatMap(variable -> variable.preset().stream()).toList());
    List<String> used = USE.matcher(body + presets).results().map(use -> use.group(1)).toList();
    refuse("uses what it does not declare", used.stream().filter(any -> !variables.containsKey(any)).toList());
    refuse("declares what it does not use", variables.keySet().stream().filter(any -> !used.contains(any)).toList());
  }

  /// @throws Refusal if a variable is used and not declared, or declared and not used
  static Template of(String name, String text) {
    return new Template(name, text);
  }

  List<Variable> variables() {
    return List.copyOf(variables.values());
  }

  /// The text with every variable replaced. Values of variables that it does not have are left alone.
  ///
  /// @throws Refusal if a value is missing or cannot stand in the text
  String render(Map<String, String> values) {
    List<String> missing = new ArrayList<>();
    Map<String, String> given = new LinkedHashMap<>();
    for (Variable variable : variables.values()) {
      Optional.ofNullable(values.get(variable.name())).or(variable::preset).ifPresentOrElse(
          value -> given.put(variable.name(), value), () -> missing.add(variable.name()));
    }
    refuse("needs a value", missing);
    given.replaceAll((variable, value) -> checked(variables.get(variable), referred(value, given)));
    return USE.matcher(body).replaceAll(use -> Matcher.quoteReplacement(given.get(use.group(1))));
  }

  private void declare(MatchResult line) {
    Variable variable = new Variable(
        line.group(1), Optional.ofNullable(line.group(2)), Optional.ofNullable(line.group(3)).orElse(""));
    if (variables.put(variable.name(), variable) != null) {
      throw new Refusal(name + " declares " + variable.name() + " twice");
    }
  }

  private static String referred(String value, Map<String, String> given) {
    Matcher other = USE.matcher(value);
    return other.matches() && given.containsKey(other.group(1)) ? given.get(other.group(1)) : value;
  }

  private String checked(Variable variable, String value) {
    Pattern allowed = variable.isNumber() ? NUMBER : PLAIN;
    if (!allowed.matcher(value).matches()) {
      throw new Refusal(name + ": " + variable.name() + " cannot be '" + value + "': "
          + (variable.isNumber() ? "a number is needed" : "no quotes, backslashes, $ or control characters"));
    }
    return value;
  }

  private void refuse(String what, List<String> names) {
    if (!names.isEmpty()) {
      throw new Refusal(name + " " + what + ": " + String.join(", ", new TreeSet<>(names)));
    }
  }
}
