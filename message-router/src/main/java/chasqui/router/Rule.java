package chasqui.router;

/// Relations between limits. Apart from the records that use it: a record's constants must not wait for their neighbours'.
final class Rule {

  private Rule() {}

  static void need(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
