package chasqui.node.mesh;

import chasqui.link.LinkLimits;
import chasqui.node.Lifecycle;
import chasqui.registry.RegistryConfig;
import chasqui.registry.SessionRegistry;
import io.grpc.BindableService;

/// sessions by user ← links of edges and routers.
final class RegistryRole {

  private RegistryRole() {}

  /// Starts the registry; returns what edges and routers open their links to.
  static BindableService assemble(RegistryConfig config, MeshParts parts, Lifecycle lifecycle) {
    SessionRegistry registry =
        new SessionRegistry(config, LinkLimits.DEFAULT, parts.timers(), System::nanoTime, parts.meter());
    lifecycle.started("registry", registry::close);
    registry.start();
    return registry.service();
  }
}
