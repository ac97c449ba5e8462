package chasqui.testkit.sim.grpc;

import chasqui.testkit.sim.ConnectionListener;
import chasqui.testkit.sim.SimConnection;
import chasqui.testkit.sim.SimNode;
import chasqui.testkit.sim.SimTimer;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;

/// The client's side of one call.
final class SimClientCall<Q, A> extends ClientCall<Q, A> implements ConnectionListener {
  private final SimChannel channel;
  private final SimNode from;
  private final MethodDescriptor<Q, A> method;
  private final CallOptions options;
  private final Inbox inbox = new Inbox(this::deliver);
  private Listener<A> listener;
  private SimConnection connection;
  private SimTimer deadline;
  private boolean over;

  SimClientCall(SimChannel channel, SimNode from, MethodDescriptor<Q, A> method, CallOptions options) {
    this.channel = channel;
    this.from = from;
    this.method = method;
    this.options = options;
  }

  @Override
  public void start(Listener<A> toCall, Metadata headers) {
    listener = toCall;
    connection = channel.connect(this);
    inbox.on(connection);
    send(new Frames.Open(method.getFullMethodName(), headers));
    from.execute(this::onReady);
    if (options.getDeadline() != null) {
      deadline = from.schedule(deadlineNanos(), () -> cancel(Status.DEADLINE_EXCEEDED.withDescription("in simulation")));
    }
  }

  /// A deadline was made by the real clock a moment ago. Rounded up to whole seconds it is what the caller asked for,
  /// and the same in every run.
  private long deadlineNanos() {
    long millis = options.getDeadline().timeRemaining(TimeUnit.MILLISECONDS);
    return TimeUnit.SECONDS.toNanos(Math.ceilDiv(Math.max(millis, 0), 1000));
  }

  @Override
  public void request(int messages) {
    inbox.request(messages);
  }

  @Override
  public void sendMessage(Q message) {
    send(Frames.message(method.getRequestMarshaller(), message));
  }

  @Override
  public void halfClose() {
    send(new Frames.HalfClose());
  }

  @Override
  public void cancel(String message, Throwable cause) {
    cancel(Status.CANCELLED.withDescription(message).withCause(cause));
  }

  private void cancel(Status status) {
    if (!over && connection != null) {
      connection.abort("cancelled by " + from);
      // Not inside the caller's own call.
      from.execute(() -> end(status, new Metadata()));
    }
  }

  @Override
  public boolean isReady() {
    return !over && connection.isReady();
  }

  private void send(Frames.Frame frame) {
    connection.send(Frames.encode(frame));
  }

  private void deliver(Frames.Message message) {
    listener.onMessage(Frames.value(method.getResponseMarshaller(), message));
  }

  private void end(Status status, Metadata trailers) {
    if (over) {
      return;
    }
    over = true;
    inbox.end();
    if (deadline != null) {
      deadline.cancel();
    }
    listener.onClose(status, trailers);
  }

  @Override
  public void onMessage(byte[] bytes) {
    if (over) {
      return;
    }
    switch (Frames.decode(bytes)) {
      case Frames.Headers(Metadata headers) -> listener.onHeaders(headers);
      case Frames.Message message -> inbox.offer(message);
      case Frames.Trailers(Status status, Metadata trailers) -> {
        connection.close();
        end(status, trailers);
      }
      case Frames.Open _, Frames.HalfClose _ -> throw new IllegalStateException("a server does not send this");
    }
  }

  @Override
  public void onReady() {
    if (isReady()) {
      listener.onReady();
    }
  }

  @Override
  public void onClosed() {
    end(Status.UNAVAILABLE.withDescription(channel.authority() + " closed without a status"), new Metadata());
  }

  @Override
  public void onBroken(String why) {
    end(Status.UNAVAILABLE.withDescription(why), new Metadata());
  }
}
