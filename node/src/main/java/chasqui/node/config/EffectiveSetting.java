package chasqui.node.config;

/// A setting as it is in force.
///
/// @param key as in the file
/// @param value as in the file; masked where it is secret
/// @param standard the default, masked alike
/// @param source `default`, `chasqui.properties line 3` or the variable's name
/// @param reason what it does and why the default is what it is
public record EffectiveSetting(String key, String value, String standard, String source, String reason) {

  static final String MASK = "******";

  /// Whether it is not the default.
  public boolean changed() {
    return !source.equals(Binder.DEFAULT_SOURCE);
  }
}
