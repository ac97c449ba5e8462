package chasqui.client.session;

import chasqui.edge.v1.Capability;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Credit;
import chasqui.edge.v1.Heartbeat;
import chasqui.edge.v1.Hello;
import chasqui.edge.v1.TokenRefresh;
import java.util.Optional;

/// Decides what goes onto the wire next. There is no queue of frames: each is made from the session's state at the
/// moment when a stream takes it.
final class FrameWriter {
  private static final int PROTOCOL_VERSION = 1;

  private final SessionConfig config;
  private final SessionEffects effects;
  private final Dialer dialer;
  private final SendQueue sends;
  private final Feeds feeds;
  private final AckBook acks;
  private final Ephemera ephemera;

  FrameWriter(
      SessionConfig config, SessionEffects effects, Dialer dialer, SendQueue sends, Feeds feeds, AckBook acks,
      Ephemera ephemera) {
    this.config = config;
    this.effects = effects;
    this.dialer = dialer;
    this.sends = sends;
    this.feeds = feeds;
    this.acks = acks;
    this.ephemera = ephemera;
  }

  /// Writes all that may be written.
  ///
  /// @param newest the stream for everything that is not bound to another one
  void write(Iterable<Stream> streams, Optional<Stream> newest, long nowMs) {
    for (var stream : streams) {
      boolean isNewest = newest.isPresent() && newest.get() == stream;
      while (stream.phase != Stream.Phase.LEAVING && effects.isReady(stream.number)) {
        var frame = next(stream, isNewest, nowMs);
        if (frame.isEmpty()) {
          break;
        }
        effects.write(stream.number, frame.get().build());
      }
    }
  }

  private Optional<ClientFrame.Builder> next(Stream stream, boolean newest, long nowMs) {
    var frame = ClientFrame.newBuilder();
    if (!stream.helloSent) {
      stream.helloSent = true;
      return Optional.of(frame.setHello(hello(stream)));
    }
    if (stream.phase == Stream.Phase.OPENING) {
      return Optional.empty();
    }
    if (stream.tokenDue) {
      stream.tokenDue = false;
      return Optional.of(frame.setTokenRefresh(TokenRefresh.newBuilder().setToken(dialer.token())));
    }
    if (stream.creditDue) {
      stream.creditDue = false;
      return Optional.of(frame.setCredit(
          Credit.newBuilder().setUnackedEntries(config.bounds().acks().unackedEntriesMax())));
    }
    if (stream.heartbeatDueMs <= nowMs) {
      stream.heartbeatDueMs = nowMs + stream.heartbeatIntervalMs;
      return Optional.of(frame.setHeartbeat(Heartbeat.newBuilder().setNonce(++stream.heartbeats)));
    }
    return newest ? nextOfSession(stream, frame, nowMs) : Optional.empty();
  }

  private Optional<ClientFrame.Builder> nextOfSession(Stream stream, ClientFrame.Builder frame, long nowMs) {
    var ack = acks.nextAck(nowMs);
    if (ack.isPresent()) {
      return Optional.of(frame.setAck(ack.get()));
    }
    var range = feeds.nextRange(nowMs);
    if (range.isPresent()) {
      return Optional.of(frame.setRangeRequest(range.get()));
    }
    var send = sends.next(stream, nowMs);
    return send.isPresent() ? Optional.of(frame.setSend(send.get())) : ephemera.next(stream, frame, nowMs);
  }

  private Hello hello(Stream stream) {
    return Hello.newBuilder()
        .setProtocolVersion(PROTOCOL_VERSION)
        .setToken(dialer.token())
        .setDeviceId(config.deviceId())
        .setConnectNumber(stream.number)
        .addCapabilities(Capability.CAPABILITY_MAKE_BEFORE_BREAK)
        .setClientName(config.clientName())
        .build();
  }
}
