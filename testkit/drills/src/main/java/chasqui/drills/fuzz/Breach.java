package chasqui.drills.fuzz;

/// An input did what none may do.
public final class Breach extends AssertionError {

  public Breach(String what) {
    super(what);
  }
}
