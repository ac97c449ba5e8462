package chasqui.node.config;

import java.util.List;

/// The configuration cannot be used. Every problem is told at once, each in one sentence.
public final class ConfigException extends RuntimeException {

  private final List<String> problems;

  public ConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
