package chasqui.link;

import com.google.protobuf.MessageLite;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.function.Function;

/// What a stub is given to open a link: the responses' observer that makes the link as soon as there is a call.
final class LinkClient<I extends MessageLite, F, R> implements ClientResponseObserver<F, R> {

  private final Function<List<I>, F> framer;
  private final LinkLimits limits;
  private final Function<Link<I, F>, LinkListener<R>> opened;
  private Link<I, F> link;
  private LinkInbound<I, F, R> inbound;

  LinkClient(Function<List<I>, F> framer, LinkLimits limits, Function<Link<I, F>, LinkListener<R>> opened) {
    this.framer = framer;
    this.limits = limits;
    this.opened = opened;
  }

  Link<I, F> link() {
    return link;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<F> call) {
    call.disableAutoRequestWithInitial(limits.framesInboundMax());
    link = Link.unstarted(call, framer, limits);
    inbound = LinkInbound.opened(link, opened.apply(link), call::request);
  }

  @Override
  public void onNext(R frame) {
    inbound.onNext(frame);
  }

  @Override
  public void onError(Throwable failure) {
    inbound.onError(failure);
  }

  @Override
  public void onCompleted() {
    inbound.onCompleted();
  }
}
