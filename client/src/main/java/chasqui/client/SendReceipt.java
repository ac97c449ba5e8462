package chasqui.client;

import com.google.protobuf.ByteString;

/// A message has its place: committed and durable at the server.
///
/// @param clientMessageId the id under which it was sent
/// @param seq its place in the conversation
/// @param stampMicros its time, microseconds since the Unix epoch
/// @param generation of the conversation
public record SendReceipt(
    String conversationId, ByteString clientMessageId, long seq, long stampMicros, long generation) {}
