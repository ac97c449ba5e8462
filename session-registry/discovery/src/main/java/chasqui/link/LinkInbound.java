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
  private final boolean answersProbes;

  private LinkInbound(Link<I, F> link, LinkListener<R> listener, IntConsumer request, boolean answersProbes) {
    this.link = link;
    this.listener = listener;
    this.request = request;
    this.answersProbes = answersProbes;
  }

  /// At the end that took the link in: answers the opener's probes, of which the listener hears nothing.
  static <I extends MessageLite, F, R> LinkInbound<I, F, R> served(
      Link<I, F> link, LinkListener<R> listener, IntConsumer request) {
    return new LinkInbound<>(link, listener, request, true);
  }

  /// At the end that opened the link: the listener is given the answers to its probes, too.
  static <I extends MessageLite, F, R> LinkInbound<I, F, R> opened(
      Link<I, F> link, LinkListener<R> listener, IntConsumer request) {
    return new LinkInbound<>(link, listener, request, false);
  }

  @Override
  public void onNext(R frame) {
    if (link.isOver()) {
      return;
    }
    try {
      if (answersProbes && isEmpty(frame)) {
        link.probe();
      } else {
        listener.onFrame(frame);
      }
    } catch (RuntimeException bug) {
      // Thrown on, it would reach the sender through an in-process transport; the link is what has to end.
      LOG.error("a frame could not be handled, its link ends", bug);
      link.fail(Status.INTERNAL.withDescription("a frame could not be handled"));
      return;
    }
    request.accept(1);
  }

  // Against the default, not by its size: that would be worked out for every frame.
  private static boolean isEmpty(Object frame) {
    return frame instanceof MessageLite message && message.equals(message.getDefaultInstanceForType());
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
