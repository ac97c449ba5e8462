package chasqui.testkit.sim;

/// Unwinds the stack of a node that has just been crashed at a named point. The node is already dead when this is thrown:
/// code that catches it can do nothing any more that anybody would see.
public final class SimulatedCrash extends Error {
  private static final long serialVersionUID = 1L;

  SimulatedCrash(String node, String point) {
    super(node + " crashed at " + point, null, false, false);
  }
}
