package chasqui.discovery;

/// What a node does for the others. One process may have several.
public enum Role {
  /// Holds the streams of devices.
  EDGE,
  /// Forwards requests to owners and fans committed entries out.
  ROUTER,
  /// Owns conversations and users: sequences, commits, reads.
  MAILBOX,
  /// Knows which sessions a user has.
  REGISTRY
}
