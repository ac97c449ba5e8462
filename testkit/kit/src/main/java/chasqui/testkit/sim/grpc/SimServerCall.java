package chasqui.testkit.sim.grpc;

import chasqui.testkit.sim.SimConnection;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.inprocess.InProcessSocketAddress;

/// The server's side of one call.
final class SimServerCall<Q, A> extends ServerCall<Q, A> {
  private final SimConnection connection;
  private final MethodDescriptor<Q, A> method;
  private final Attributes attributes;
  private final Inbox inbox = new Inbox(this::deliver);
  private Listener<Q> listener;
  private boolean closed;
  private boolean cancelled;
  private boolean over;

  private SimServerCall(SimConnection connection, MethodDescriptor<Q, A> method) {
    this.connection = connection;
    this.method = method;
    attributes = Attributes.newBuilder()
        .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, new InProcessSocketAddress(connection.remote().name()))
        .build();
    inbox.on(connection);
  }

  static <Q, A> SimServerCall<Q, A> start(
      SimConnection connection, ServerMethodDefinition<Q, A> method, Metadata headers) {
    SimServerCall<Q, A> call = new SimServerCall<>(connection, method.getMethodDescriptor());
    call.listener = method.getServerCallHandler().startCall(call, headers);
    call.onReady();
    return call;
  }

  @Override
  public void request(int messages) {
    inbox.request(messages);
  }

  @Override
  public void sendHeaders(Metadata headers) {
    send(new Frames.Headers(headers));
  }

  @Override
  public void sendMessage(A message) {
    send(Frames.message(method.getResponseMarshaller(), message));
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (closed) {
      throw new IllegalStateException("call closed twice: " + status);
    }
    closed = true;
    send(new Frames.Trailers(status, trailers));
    connection.close();
    inbox.end();
    if (!cancelled) {
      connection.owner().execute(this::complete);
    }
  }

  private void complete() {
    if (!over) {
      over = true;
      listener.onComplete();
    }
  }

  private void send(Frames.Frame frame) {
    connection.send(Frames.encode(frame));
  }

  private void deliver(Frames.Message message) {
    listener.onMessage(Frames.value(method.getRequestMarshaller(), message));
  }

  @Override
  public boolean isReady() {
    return !closed && !cancelled && connection.isReady();
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public MethodDescriptor<Q, A> getMethodDescriptor() {
    return method;
  }

  @Override
  public Attributes getAttributes() {
    return attributes;
  }

  @Override
  public String getAuthority() {
    return connection.owner().name();
  }

  void onFrame(Frames.Frame frame) {
    if (closed || cancelled) {
      return;
    }
    switch (frame) {
      case Frames.Message message -> inbox.offer(message);
      case Frames.HalfClose() -> listener.onHalfClose();
      case Frames.Open _, Frames.Headers _, Frames.Trailers _ ->
          throw new IllegalStateException("a client does not send this now");
    }
  }

  void onReady() {
    if (isReady()) {
      listener.onReady();
    }
  }

  /// The client took the trailers, or went away without cancelling, which a client does not do.
  void onClosed() {
    if (!closed) {
      onBroken();
    }
  }

  void onBroken() {
    if (!over) {
      over = true;
      cancelled = true;
      inbox.end();
      listener.onCancel();
    }
  }
}
