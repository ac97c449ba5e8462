package chasqui.drills.sim.mesh;

import chasqui.edge.server.EdgeConfig;
import chasqui.mailbox.MailboxConfig;
import chasqui.registry.RegistryConfig;
import chasqui.router.RouterConfig;

/// The configuration of every role of a mesh.
///
/// @param slots N of the data set
public record MeshSettings(
    int slots, EdgeConfig edge, RouterConfig router, RegistryConfig registry, MailboxConfig mailbox) {}
