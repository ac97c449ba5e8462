package chasqui.drills.sim.mesh;

import chasqui.drills.sim.store.StoreTables;
import chasqui.drills.sim.store.StoreWeather;
import chasqui.testkit.sim.SimNode;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// What the mailboxes of a mesh keep everything in.
interface MailboxGround {

  /// Comes first in every incarnation of every node.
  default void begin(SimNode node) {}

  /// Opens the mailbox of a node's incarnation.
  ///
  /// @param opened gets it, now or later, if at all
  void open(MeshNode node, Consumer<SimMailbox> opened);

  /// The node is leaving in good order.
  default void leaving(MeshNode node) {}

  /// What is durable.
  StoreTables stored();

  /// What is still to be done by whoever lives, or null.
  ///
  /// @param living incarnations
  default String unfinished(Set<String> living) {
    return null;
  }

  /// Complains of what is stored otherwise than it was committed.
  default void audit(Consumer<String> complaint) {}

  /// How often what happened, in words.
  default Map<String, Long> happenings() {
    return Map.of();
  }

  /// How the store behaves from now on.
  void weather(StoreWeather now);
}
