package chasqui.edge.server;

import chasqui.edge.Tracing;
import chasqui.edge.session.DeliveryTrace;
import chasqui.edge.session.FrameSink;
import chasqui.edge.session.SessionEvent;
import chasqui.edge.session.SessionPorts;
import chasqui.edge.session.SessionShared;
import chasqui.edge.session.Signal;
import chasqui.edge.session.StreamEnd;
import chasqui.edge.session.StreamSession;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.ServerFrame;
import chasqui.status.Statuses;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One gRPC stream: brings its events to its session, on the session's loop, and writes what the session sends.
///
/// Inbound is metered by hand. The session is the only writer; it writes on its loop.
final class GrpcStream implements FrameSink, StreamObserver<ClientFrame> {

  private static final Logger LOG = LoggerFactory.getLogger(GrpcStream.class);
  /// Bytes that gRPC may hold of what the peer's window does not take yet; from there on the stream is not ready, and what
  /// is to be delivered stays a head. The frame that reaches it may be a large one, so a device that does not read costs
  /// about one frame; by gRPC's own 32 KiB it would cost two.
  private static final int UNSENT_BYTES_MAX = 1024;

  private final ServerCallStreamObserver<ServerFrame> call;
  private final SessionLoop loop;
  private final Runnable ended;
  private final StreamSession session;
  private final String traceId = Tracing.current();
  /// Its place in the loop's list; -1 when it is not in it. On the loop only.
  int index = -1;
  /// Whether the batch under way pushed something to it. On the loop only.
  boolean touched;

  /// @param ended called once when the stream is over, on the loop
  GrpcStream(
      long sessionId, ServerCallStreamObserver<ServerFrame> call, SessionLoop loop, SessionPorts ports,
      SessionShared shared, Runnable ended) {
    this.call = call;
    this.loop = loop;
    this.ended = ended;
    this.session = new StreamSession(sessionId, this, ports, shared, loop.nowMillis());
  }

  /// Takes the call over; to be called while it is being opened.
  void start() {
    call.disableAutoRequest();
    call.setOnReadyThreshold(UNSENT_BYTES_MAX);
    // Never inline: these may come from within a write or a request of the session itself.
    call.setOnReadyHandler(() -> post(Signal.WRITABLE));
    call.setOnCancelHandler(() -> post(Signal.CANCELLED));
    loop.execute(() -> {
      if (!session.isEnded()) {
        loop.add(this);
      }
    });
    call.request(1);
  }

  SessionLoop loop() {
    return loop;
  }

  StreamSession session() {
    return session;
  }

  /// Hands an event over, in order with all that were posted before. Any thread.
  void post(SessionEvent event) {
    loop.execute(() -> handle(event));
  }

  /// Takes an event in; on the loop.
  void handle(SessionEvent event) {
    handle(event, loop.nowMillis());
  }

  void tick(long nowMillis) {
    handle(Signal.TICK, nowMillis);
  }

  private void handle(SessionEvent event, long nowMillis) {
    try {
      session.on(event, nowMillis);
    } catch (RuntimeException bug) {
      LOG.atError().setCause(bug).addKeyValue(Tracing.LOG_KEY, traceId).addKeyValue("session", session.sessionId())
          .log("a session was ended by a bug");
    }
  }

  // ---- From the device ----

  @Override
  public void onNext(ClientFrame frame) {
    SessionEvent event = new SessionEvent.Received(frame);
    if (loop.mayGoOn()) {
      handle(event);
    } else {
      post(event);
    }
  }

  @Override
  public void onError(Throwable failure) {
    post(Signal.CANCELLED);
  }

  @Override
  public void onCompleted() {
    post(Signal.HALF_CLOSED);
  }

  // ---- To the device ----

  @Override
  public boolean isReady() {
    return call.isReady();
  }

  @Override
  public void send(ServerFrame frame) {
    call.onNext(frame);
  }

  @Override
  public DeliveryTrace trace() {
    return loop.ring();
  }

  @Override
  public void request(int frames) {
    call.request(frames);
  }

  @Override
  public void end(StreamEnd end) {
    loop.remove(this);
    ended.run();
    if (call.isCancelled()) {
      return;
    }
    if (end.isOk()) {
      call.onCompleted();
    } else {
      call.onError(Statuses.of(end.reason(), end.message(), end.metadata(), end.retryAfter()));
    }
  }
}
