package chasqui.edge.session;

import chasqui.edge.v1.Ack;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.TokenRefresh;
import chasqui.edge.v1.Welcome;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.DeviceRegistered;

/// One stream of one device, from its first frame to its end.
///
/// Construct it when the stream opens, with one frame of the device asked for already. Then hand it every event, on one
/// executor: what the device sends, {@link Signal#WRITABLE} when the sink became ready, pushes followed by one
/// {@link Signal#END_OF_BATCH}, a {@link Signal#TICK} about every second, and what the registry wants.
///
/// Invariants: exactly one end; the registry is left by it and by nothing else; nothing is read of the mailbox before the
/// announcement was confirmed; deliveries are written only while the sink is ready.
/// An exception out of it is a bug; the stream has been ended by then, the caller only logs.
public final class StreamSession {

  private enum State {
    WAITING_FOR_HELLO,
    OPENING,
    LIVE,
    /// The device sends no more; what it waits for is still answered.
    CLOSING,
    ENDED
  }

  /// Control frames that are not answers: welcome, caught up, drain, heartbeat, token warning, errors of sends refused.
  private static final int NOTICES_MAX = 16;
  private static final StreamEnd BUG = StreamEnd.of(Reason.REASON_INTERNAL, "the stream met a bug of the server");

  private final long sessionId;
  private final FrameSink sink;
  private final SessionContext session;
  private final PresencePort presence;
  private final Handshake handshake;
  private final InboundMeter meter;
  private final Heartbeat heartbeat;
  private final long openedMillis;
  // What a session has from Hello on; null before, and after the end.
  private LiveSession live;
  private State state = State.WAITING_FOR_HELLO;

  public StreamSession(
      long sessionId, FrameSink sink, SessionPorts ports, SessionShared shared, long nowMillis) {
    SessionLimits limits = shared.limits();
    this.sessionId = sessionId;
    this.sink = sink;
    OutboundWriter out = new OutboundWriter(sink, limits.inbound().unansweredSendsMax() + NOTICES_MAX, nowMillis);
    Steps steps = new Steps();
    this.session = new SessionContext(shared, out, ports.router(), steps);
    this.presence = ports.presence();
    this.handshake = new Handshake(session, ports.registry(), sessionId, steps);
    this.meter = new InboundMeter(limits.inbound().unansweredSendsMax(), limits.inbound().framesAheadMax(), 1);
    this.heartbeat = new Heartbeat(
        limits.timing().heartbeat().toMillis(), limits.timing().streamTimeout().toMillis(), nowMillis);
    this.openedMillis = nowMillis;
  }

  /// Takes an event in; every effect goes through the ports, before this returns.
  public void on(SessionEvent event, long nowMillis) {
    if (state == State.ENDED) {
      return;
    }
    try {
      handle(event, nowMillis);
    } catch (RuntimeException bug) {
      end(BUG, nowMillis);
      throw bug;
    }
  }

  private void handle(SessionEvent event, long nowMillis) {
    switch (event) {
      case SessionEvent.Received received -> received(received.frame(), nowMillis);
      case SessionEvent.Handed handed -> {
        if (live != null) {
          live.handed(handed, nowMillis);
        }
        return;
      }
      case SessionEvent.EndWanted wanted ->
          evict(wanted.reason(), wanted.reason() == Reason.REASON_SUPERSEDED
              ? "a newer stream of this device took over" : "as many devices are online as may be", nowMillis);
      case SessionEvent.SignedOut signedOut -> signedOut(signedOut, nowMillis);
      case SessionEvent.Traced traced -> traced.ask(session.caller(), isWelcomed() ? live : null);
      case SessionEvent.DrainWanted drain -> drain(drain, nowMillis);
      case Signal signal -> signal(signal, nowMillis);
    }
    afterwards(nowMillis);
  }

  public long sessionId() {
    return sessionId;
  }

  public boolean isEnded() {
    return state == State.ENDED;
  }

  private void signal(Signal signal, long nowMillis) {
    switch (signal) {
      case WRITABLE, END_OF_BATCH -> { }
      case HALF_CLOSED -> {
        if (state == State.LIVE) {
          state = State.CLOSING;
        } else {
          end(StreamEnd.OK, nowMillis);
        }
      }
      case CANCELLED -> end(StreamEnd.OK, nowMillis);
      case COMPARE -> {
        if (live != null) {
          live.syncs.compareSoon(nowMillis);
        }
      }
      case TICK -> tick(nowMillis);
    }
  }

  private void received(ClientFrame frame, long nowMillis) {
    meter.arrived();
    heartbeat.heard(nowMillis);
    ClientFrame.FrameCase kind = frame.getFrameCase();
    session.metrics().frameIn(kind);
    if ((state == State.WAITING_FOR_HELLO) != (kind == ClientFrame.FrameCase.HELLO)) {
      end(StreamEnd.of(Reason.REASON_PROTOCOL_VIOLATION, "expected Hello first, and only there"), nowMillis);
      return;
    }
    if (kind == ClientFrame.FrameCase.FRAME_NOT_SET) {
      session.metrics().odd(SessionMetrics.Oddity.UNKNOWN_FRAME);
      return;
    }
    String violation = session.shared.frames().violation(frame);
    if (kind == ClientFrame.FrameCase.HELLO) {
      state = State.OPENING;
      handshake.hello(frame.getHello(), violation, nowMillis);
      if (state == State.OPENING) {
        // From the announcement on, pushes may come: their heads are kept until the session stands.
        live = new LiveSession(session, handshake.identity().expiresSeconds(),
            new TokenChecks(handshake, this::signedOut, nowMillis),
            new PresenceDesk(session, presence, handshake.card(), nowMillis), nowMillis);
      }
    } else if (kind == ClientFrame.FrameCase.SEND) {
      live.sends.send(frame.getSend(), violation, nowMillis);
    } else if (violation != null) {
      session.out.control(ServerFrames.error(Reason.REASON_INVALID_FIELD, violation, "", 0), nowMillis);
    } else {
      honour(frame, nowMillis);
    }
  }

  private void honour(ClientFrame frame, long nowMillis) {
    switch (frame.getFrameCase()) {
      case ACK -> acked(frame.getAck(), nowMillis);
      case RANGE_REQUEST -> live.repair.request(frame.getRangeRequest(), nowMillis);
      case HEARTBEAT -> session.out.control(ServerFrames.heartbeat(frame.getHeartbeat().getNonce()), nowMillis);
      case TOKEN_REFRESH -> refresh(frame.getTokenRefresh(), nowMillis);
      case CREDIT -> live.window.credit(frame.getCredit().getUnackedEntries());
      case TYPING -> live.typing.signalled(frame.getTyping(), nowMillis);
      case PRESENCE_SUBSCRIPTION -> live.presence.subscribed(frame.getPresenceSubscription());
      case READ_MARK -> live.receipts.read(frame.getReadMark().getPosition(), nowMillis);
      case HELLO, SEND, FRAME_NOT_SET -> throw new IllegalStateException("handled before: " + frame.getFrameCase());
    }
  }

  private void acked(Ack ack, long nowMillis) {
    Position refused = live.acked(ack, nowMillis);
    if (refused != null) {
      // One frame is answered by one frame, so that what is held stays metered.
      session.out.control(
          ServerFrames.error(Reason.REASON_GENERATION_CHANGED, "that generation is not the conversation's",
              refused.getConversationId(), 0),
          nowMillis);
    }
  }

  private void refresh(TokenRefresh refresh, long nowMillis) {
    long pause = live.checks.pause(nowMillis);
    if (pause > 0) {
      session.out.control(ServerFrames.rateLimited("tokens are refreshed too often", "", 0, pause), nowMillis);
    } else if (handshake.refreshed(session.shared.tokens().verify(refresh.getToken()))) {
      live.token.refreshed(handshake.identity().expiresSeconds());
      live.checks.recheck();
    } else {
      session.out.control(ServerFrames.error(Reason.REASON_UNAUTHENTICATED, "the token is not good", "", 0), nowMillis);
    }
  }

  private void signedOut(long nowMillis) {
    evict(Reason.REASON_REVOKED, "this device was signed out", nowMillis);
  }

  private void stands(DeviceRegistered device, long nowMillis) {
    state = State.LIVE;
    Welcome.Builder welcome = Welcome.newBuilder()
        .setSessionId(sessionId)
        .setUserId(handshake.identity().user())
        .setServerTime(ServerFrames.timestamp(session.shared.wall().millis()))
        .setTokenExpireTime(ServerFrames.timestamp(live.token.expiresMillis()))
        .setNewDevice(device.getNewDevice());
    session.out.control(ServerFrames.welcome(welcome, session.limits()), nowMillis);
    token(nowMillis);
    if (state == State.LIVE) {
      live.begin(device, nowMillis);
    }
  }

  private void tick(long nowMillis) {
    if (!isWelcomed()) {
      if (nowMillis - openedMillis >= session.limits().timing().hello().toMillis()) {
        end(state == State.OPENING
            ? StreamEnd.of(Reason.REASON_UNAVAILABLE, "the session could not be opened in time")
            : StreamEnd.of(Reason.REASON_PROTOCOL_VIOLATION, "expected Hello soon after the stream was opened"), nowMillis);
      }
      return;
    }
    if (meter.isPaused() && session.out.isReady()) {
      // We do not read, since owners have not answered; that silence is ours.
      heartbeat.heard(nowMillis);
    }
    if (live.isOver(nowMillis)) {
      end(StreamEnd.of(Reason.REASON_UNAVAILABLE, "the node leaves"), nowMillis);
      return;
    }
    switch (heartbeat.due(session.out.writtenMillis(), nowMillis)) {
      case NOTHING -> { }
      case GIVE -> {
        if (session.out.isReady()) {
          session.out.control(ServerFrames.heartbeat(0), nowMillis);
        }
      }
      case DEAD -> {
        end(StreamEnd.of(Reason.REASON_HEARTBEAT_MISSED, "nothing was heard for too long"), nowMillis);
        return;
      }
    }
    token(nowMillis);
    if (isWelcomed()) {
      live.tick(heartbeat.silentMillis(nowMillis), nowMillis);
    }
  }

  private void token(long nowMillis) {
    switch (live.token.due(session.shared.wall().millis())) {
      case NOTHING -> { }
      case WARN -> session.out.control(ServerFrames.authExpiring(live.token.expiresMillis()), nowMillis);
      case EXPIRED -> end(StreamEnd.of(Reason.REASON_TOKEN_EXPIRED, "the token ran out"), nowMillis);
    }
  }

  private void signedOut(SessionEvent.SignedOut signedOut, long nowMillis) {
    boolean isThis = signedOut.deviceId().isEmpty()
        || (session.caller() != null && signedOut.deviceId().equals(session.caller().getDeviceId()));
    if (isThis && handshake.identity() != null
        && handshake.identity().issuedSeconds() <= signedOut.revokedMicros() / 1_000_000) {
      evict(Reason.REASON_REVOKED, "this device was signed out", nowMillis);
    }
  }

  private void drain(SessionEvent.DrainWanted drain, long nowMillis) {
    if (!isWelcomed() || drain.deadline().isZero()) {
      end(StreamEnd.retry(Reason.REASON_UNAVAILABLE, "the node leaves", drain.reconnectAfter()), nowMillis);
    } else if (live.drains(nowMillis + drain.deadline().toMillis())) {
      session.out.control(ServerFrames.drain(drain.deadline(), drain.reconnectAfter()), nowMillis);
    }
  }

  private void evict(Reason reason, String message, long nowMillis) {
    if (state == State.ENDED) {
      return;
    }
    if (isWelcomed() && sink.isReady()) {
      // Told ahead of what waits. Where the device does not read, the status tells the same.
      session.out.write(ServerFrames.evicted(reason, message), nowMillis);
    }
    end(StreamEnd.of(reason, message), nowMillis);
  }

  private void end(StreamEnd end, long nowMillis) {
    if (state == State.ENDED) {
      return;
    }
    state = State.ENDED;
    try {
      handshake.withdraw();
      if (live != null) {
        live.end(heartbeat.silentMillis(nowMillis), nowMillis);
      }
    } finally {
      session.over();
      live = null;
      session.metrics().ended(end.reason());
      sink.end(end);
    }
  }

  private boolean isWelcomed() {
    return state == State.LIVE || state == State.CLOSING;
  }

  /// Follows every event and every answer: does what became possible, then asks for more frames.
  private void afterwards(long nowMillis) {
    if (!isWelcomed()) {
      return;
    }
    session.out.drain(nowMillis);
    if (state == State.CLOSING) {
      if (live.sends.unanswered() == 0 && session.out.waiting() == 0) {
        end(StreamEnd.OK, nowMillis);
      }
      return;
    }
    live.pump(nowMillis);
    int more = meter.topUp(
        live.sends.unanswered() + live.repair.open() + live.receipts.open() + session.out.waiting());
    if (more > 0) {
      sink.request(more);
    }
  }

  /// What the session's parts call back.
  private final class Steps implements Handshake.Outcome, SessionContext.Afterwards {

    @Override
    public void stands(DeviceRegistered device, long nowMillis) {
      StreamSession.this.stands(device, nowMillis);
    }

    @Override
    public void fails(StreamEnd end, long nowMillis) {
      end(end, nowMillis);
    }

    @Override
    public void afterwards(long nowMillis) {
      StreamSession.this.afterwards(nowMillis);
    }

    @Override
    public void fail(long nowMillis) {
      end(BUG, nowMillis);
    }
  }
}
