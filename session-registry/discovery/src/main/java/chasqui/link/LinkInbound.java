package chasqui.link;

import com.google.protobuf.MessageLite;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The inbound half of a link: hands frames on, one at a time, and asks for the next when one was handled.
final class LinkInbound<I extends MessageLite, F, R> implements StreamObserver<R> {

  private static final Logger LOG = LoggerFactory.getLogger(LinkInbound.class);

  private final Link<I, F> link;
  private final LinkListener<R> listener;
  private final IntConsumer request;

  LinkInbound(Link<I, F> link, LinkListener<R> listener, IntConsumer request) {
    this.link = link;
    this.listener = listener;
    this.request = request;
  }

  @Override
  public void onNext(R frame) {
    if (link.isOver()) {
      return;
    }
    try {
      listener.onFrame(frame);
    } catch (RuntimeException bug) {
      // Thrown on, it would reach the sender through an in-process transport; the link is what has to end.
      LOG.error("a frame could not be handled, its link ends", bug);
      link.fail(Status.INTERNAL.withDescription("a frame could not be handled"));
      return;
    }
    request.accept(1);
  }

  @Override
  public void onError(Throwable failure) {
    link.broken(listener, Status.fromThrowable(failure));
  }

  @Override
  public void onCompleted() {
    link.completed(listener);
  }
}
