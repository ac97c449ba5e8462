package chasqui.node.mesh;

import chasqui.link.LinkLimits;
import chasqui.node.Lifecycle;
import chasqui.node.config.EffectiveConfig;
import chasqui.presence.PresenceConfig;
import chasqui.presence.PresenceService;
import chasqui.registry.RegistryConfig;
import chasqui.registry.SessionRegistry;
import io.grpc.BindableService;
import java.util.List;

/// sessions by user ← links of edges and routers; presence by user ← links of edges.
final class RegistryRole {

  private RegistryRole() {}

  /// What was started.
  ///
  /// @param services what edges and routers open their links to
  record Started(SessionRegistry registry, List<BindableService> services) {}

  /// Starts registry and presence.
  static Started assemble(EffectiveConfig config, MeshParts parts, Lifecycle lifecycle) {
    SessionRegistry registry =
        new SessionRegistry(config.get(RegistryConfig.class), LinkLimits.DEFAULT, parts.timers(), System::nanoTime, parts.meter());
    lifecycle.started("registry", registry::close);
    registry.start();
    PresenceService presence = new PresenceService(
        config.get(PresenceConfig.class), LinkLimits.DEFAULT, parts.timers(), System::nanoTime, parts.meter());
    lifecycle.started("presence", presence::close);
    presence.start();
    return new Started(registry, List.of(registry.service(), presence.service()));
  }
}
