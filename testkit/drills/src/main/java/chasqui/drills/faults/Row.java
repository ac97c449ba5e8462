package chasqui.drills.faults;

import chasqui.drills.faults.ground.Drill;
import chasqui.drills.mesh.ground.MeshDrill;
import chasqui.drills.mesh.process.Topology;
import java.util.List;
import java.util.function.Supplier;

/// A row of the table.
///
/// @param id as the table of faults names it; `B` rows are bad input that has no row there
/// @param title what is done
/// @param fight what does it, and on what
record Row(String id, String title, Fight fight) {

  /// How a row is fought. Rows next to each other that ask for equal ground share it.
  sealed interface Fight {}

  /// On one node.
  ///
  /// @param settings how it differs from one as it comes
  record OnNode(List<String> settings, Supplier<Drill> drill) implements Fight {}

  /// On a mesh of processes.
  record OnMesh(Topology topology, Supplier<MeshDrill> drill) implements Fight {}

  /// Not yet.
  ///
  /// @param waitsFor what it waits for
  record Later(String waitsFor) implements Fight {}

  static Row of(String id, String title, Supplier<Drill> drill) {
    return on(List.of(), id, title, drill);
  }

  /// A row that needs a node of its own kind.
  static Row on(List<String> settings, String id, String title, Supplier<Drill> drill) {
    return new Row(id, title, new OnNode(settings, drill));
  }

  static Row on(Topology topology, String id, String title, Supplier<MeshDrill> drill) {
    return new Row(id, title, new OnMesh(topology, drill));
  }

  /// Whether both can be fought on the same ground.
  boolean isLike(Row other) {
    return switch (fight) {
      case OnNode(var settings, _) -> other.fight instanceof OnNode(var theirs, _) && settings.equals(theirs);
      case OnMesh(var topology, _) -> other.fight instanceof OnMesh(var theirs, _) && topology.equals(theirs);
      case Later _ -> other.fight instanceof Later;
    };
  }
}
