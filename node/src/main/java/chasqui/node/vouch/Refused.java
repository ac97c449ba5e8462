package chasqui.node.vouch;

/// An item that was not let through.
///
/// @param userId who is to be vouched for; empty where no token would help
record Refused<I>(I item, Verdict verdict, String userId) {}
