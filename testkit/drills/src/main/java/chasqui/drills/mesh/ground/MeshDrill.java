package chasqui.drills.mesh.ground;

import chasqui.drills.faults.ground.Finding;

/// One row, as it is fought on a mesh.
@FunctionalInterface
public interface MeshDrill {

  /// Does its worst to the mesh while the crowd talks, and writes down what came of it. Leaves all parts running. The crowd is
  /// judged afterwards. An exception counts as a breach.
  void run(MeshGround ground, Finding finding);
}
