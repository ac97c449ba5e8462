package chasqui.node.vouch;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/// A link as its server sees it, into which the guard puts answers of its own. Thread-safe, unlike a plain call: the role
/// and the guard write from different threads.
final class GuardedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {

  private boolean greeted;
  private boolean over;

  GuardedCall(ServerCall<Q, R> call) {
    super(call);
  }

  /// Answers in the role's place; dropped where the peer takes nothing now, as it would wait in memory.
  synchronized void answer(R frame) {
    if (!over && isReady()) {
      sendHeaders(new Metadata());
      super.sendMessage(frame);
    }
  }

  @Override
  public synchronized void sendHeaders(Metadata headers) {
    if (!greeted) {
      greeted = true;
      super.sendHeaders(headers);
    }
  }

  @Override
  public synchronized void sendMessage(R frame) {
    super.sendMessage(frame);
  }

  @Override
  public synchronized void close(Status status, Metadata trailers) {
    if (!over) {
      over = true;
      super.close(status, trailers);
    }
  }
}
