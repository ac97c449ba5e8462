package chasqui.edge.session;

/// The ways out of a session, but for that to its device.
public record SessionPorts(RouterPort router, RegistryPort registry, PresencePort presence) {}
