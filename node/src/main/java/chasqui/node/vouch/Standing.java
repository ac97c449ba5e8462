package chasqui.node.vouch;

/// A session that stands in a user's name until it is taken back.
record Standing(String userId, long sessionId) {}
