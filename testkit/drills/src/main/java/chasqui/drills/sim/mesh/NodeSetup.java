package chasqui.drills.sim.mesh;

import chasqui.discovery.Role;
import java.util.EnumSet;
import java.util.Set;

/// A node of the mesh and what it does.
public record NodeSetup(String name, Set<Role> roles) {

  /// Everything in one process.
  public static NodeSetup whole(String name) {
    return new NodeSetup(name, EnumSet.allOf(Role.class));
  }

  public static NodeSetup of(String name, Role role) {
    return new NodeSetup(name, EnumSet.of(role));
  }
}
