package chasqui.drills.sim.mesh;

import chasqui.edge.session.FrameSink;
import chasqui.edge.session.RegistryPort;
import chasqui.edge.session.RouterPort;
import chasqui.edge.session.SessionEvent;
import chasqui.edge.session.SessionShared;
import chasqui.edge.session.Signal;
import chasqui.edge.session.StreamEnd;
import chasqui.edge.session.StreamSession;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.ServerFrame;
import chasqui.status.Statuses;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/// One gRPC stream and its session.
final class SimStream implements FrameSink, StreamObserver<ClientFrame> {
  private final SimEdge edge;
  private final long session;
  private final ServerCallStreamObserver<ServerFrame> call;
  private final StreamSession core;

  SimStream(
      SimEdge edge, long session, ServerCallStreamObserver<ServerFrame> call, RouterPort router, RegistryPort registry,
      SessionShared shared) {
    this.edge = edge;
    this.session = session;
    this.call = call;
    this.core = new StreamSession(session, this, router, registry, shared, edge.nowMillis());
    call.disableAutoRequest();
    call.setOnReadyHandler(() -> edge.node().execute(() -> handle(Signal.WRITABLE)));
    call.setOnCancelHandler(() -> edge.node().execute(() -> handle(Signal.CANCELLED)));
    call.request(1);
  }

  void handle(SessionEvent event) {
    core.on(event, edge.nowMillis());
  }

  @Override
  public void onNext(ClientFrame frame) {
    handle(new SessionEvent.Received(frame));
  }

  @Override
  public void onError(Throwable failure) {
    edge.node().execute(() -> handle(Signal.CANCELLED));
  }

  @Override
  public void onCompleted() {
    handle(Signal.HALF_CLOSED);
  }

  @Override
  public boolean isReady() {
    return call.isReady();
  }

  @Override
  public void send(ServerFrame frame) {
    call.onNext(frame);
  }

  @Override
  public void request(int frames) {
    call.request(frames);
  }

  @Override
  public void end(StreamEnd end) {
    edge.forget(session);
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
