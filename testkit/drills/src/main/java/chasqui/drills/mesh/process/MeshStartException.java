package chasqui.drills.mesh.process;

import java.util.List;

/// A part of the mesh did not start: which one, why, and the end of its log.
public final class MeshStartException extends RuntimeException {

  private final List<String> tail;

  MeshStartException(String part, String reason, List<String> tail, Throwable cause) {
    super(part + " did not start: " + reason, cause);
    this.tail = List.copyOf(tail);
  }

  /// The last lines that the part logged.
  public List<String> tail() {
    return tail;
  }
}
