package chasqui.drills.mesh.process;

import java.util.Map;

/// A process of the mesh, ours or another's.
public interface MeshPart {

  /// Its name in logs and maps.
  String id();

  /// What it is: a role, `etcd`, `cql` or `envoy`.
  String kind();

  long pid();

  /// Where it listens, by what for: `HOST:PORT` each.
  Map<String, String> addresses();
}
