package chasqui.drills.mesh.process;

import java.util.Map;
import java.util.function.LongSupplier;

/// A part of the mesh that is not ours.
///
/// @param pids its process now; another after a restart
/// @param addresses where it listens, by what for
record Backing(String id, String kind, LongSupplier pids, Map<String, String> addresses) implements MeshPart {

  @Override
  public long pid() {
    return pids.getAsLong();
  }
}
