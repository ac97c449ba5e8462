package chasqui.testkit.history;

/// Which send an observation speaks about: the key of the promise NoDuplicate.
///
/// @param device empty for a caller without one
/// @param messageId the `client_message_id` in any stable spelling
public record Send(String user, String device, String conversation, String messageId) {}
