package chasqui.edge.server;

/// Who an edge is to the others.
///
/// @param nodeId the name that stays over restarts
/// @param incarnation a fresh id at every start
public record EdgeIdentity(String nodeId, String incarnation) {}
