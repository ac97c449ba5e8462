package chasqui.edge.session;

import chasqui.edge.v1.AuthExpiring;
import chasqui.edge.v1.Drain;
import chasqui.edge.v1.Error;
import chasqui.edge.v1.Evicted;
import chasqui.edge.v1.Heartbeat;
import chasqui.edge.v1.Limits;
import chasqui.edge.v1.ServerFrame;
import chasqui.edge.v1.Welcome;
import chasqui.error.v1.Reason;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;

/// Builds the frames that carry no entries.
final class ServerFrames {

  private ServerFrames() {}

  static ServerFrame welcome(Welcome.Builder welcome, SessionLimits limits) {
    return ServerFrame.newBuilder()
        .setWelcome(welcome.setProtocolVersion(Handshake.PROTOCOL_VERSION).setLimits(limits(limits)))
        .build();
  }

  static ServerFrame heartbeat(long nonce) {
    return ServerFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setNonce(nonce)).build();
  }

  static ServerFrame error(Reason reason, String message, String conversationId, long requestId) {
    return ServerFrame.newBuilder().setError(errorFields(reason, message, conversationId, requestId)).build();
  }

  static ServerFrame rateLimited(String message, String conversationId, long requestId, long retryMillis) {
    return ServerFrame.newBuilder()
        .setError(errorFields(Reason.REASON_RATE_LIMITED, message, conversationId, requestId)
            .setRetryAfter(duration(java.time.Duration.ofMillis(retryMillis))))
        .build();
  }

  private static Error.Builder errorFields(Reason reason, String message, String conversationId, long requestId) {
    return Error.newBuilder()
        .setReason(reason)
        .setMessage(message)
        .setConversationId(conversationId)
        .setRequestId(requestId);
  }

  static ServerFrame evicted(Reason reason, String message) {
    return ServerFrame.newBuilder().setEvicted(Evicted.newBuilder().setReason(reason).setMessage(message)).build();
  }

  static ServerFrame authExpiring(long expiresMillis) {
    return ServerFrame.newBuilder()
        .setAuthExpiring(AuthExpiring.newBuilder().setExpireTime(timestamp(expiresMillis)))
        .build();
  }

  static ServerFrame drain(java.time.Duration deadline, java.time.Duration reconnectAfter) {
    return ServerFrame.newBuilder()
        .setDrain(Drain.newBuilder().setDeadline(duration(deadline)).setReconnectAfter(duration(reconnectAfter)))
        .build();
  }

  private static Limits limits(SessionLimits limits) {
    return Limits.newBuilder()
        .setHeartbeatInterval(duration(limits.timing().heartbeat()))
        .setStreamTimeout(duration(limits.timing().streamTimeout()))
        .setDevicesOnlineMax(limits.devicesOnlineMax())
        .setDeliveryEntriesMax(limits.delivery().entriesMax())
        .setDeliveryBytesMax(limits.delivery().bytesMax())
        .setUnackedEntriesMax(limits.delivery().unackedEntriesMax())
        .setUnansweredSendsMax(limits.inbound().unansweredSendsMax())
        .setMessageBytesMax(limits.inbound().messageBytesMax())
        .build();
  }

  static Timestamp timestamp(long millis) {
    return Timestamp.newBuilder()
        .setSeconds(Math.floorDiv(millis, 1000L))
        .setNanos((int) Math.floorMod(millis, 1000L) * 1_000_000)
        .build();
  }

  static Duration duration(java.time.Duration duration) {
    return Duration.newBuilder().setSeconds(duration.getSeconds()).setNanos(duration.getNano()).build();
  }
}
