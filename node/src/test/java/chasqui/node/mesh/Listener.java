package chasqui.node.mesh;

import chasqui.edge.v1.Ack;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.EdgeServiceGrpc;
import chasqui.edge.v1.Hello;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.ServerFrame;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjLongConsumer;

/// One of thousands of streams that only listen: acks what comes and keeps nothing but counts. Its events run on the
/// transport's threads.
final class Listener implements StreamObserver<ServerFrame> {

  /// What all listeners of a test add up.
  ///
  /// @param heard given each entry's text and the time at which it came
  record Crowd(AtomicInteger caughtUp, AtomicInteger ended, ObjLongConsumer<String> heard) {}

  private final Crowd crowd;
  private final StreamObserver<ClientFrame> out;

  private Listener(Channel channel, Crowd crowd) {
    this.crowd = crowd;
    this.out = EdgeServiceGrpc.newStub(channel).connect(this);
  }

  static Listener hello(Channel channel, String token, Crowd crowd) {
    Listener listener = new Listener(channel, crowd);
    listener.out.onNext(ClientFrame.newBuilder()
        .setHello(Hello.newBuilder().setProtocolVersion(1).setToken(token).setDeviceId("phone").setConnectNumber(1))
        .build());
    return listener;
  }

  @Override
  public void onNext(ServerFrame frame) {
    switch (frame.getFrameCase()) {
      case CAUGHT_UP -> crowd.caughtUp().incrementAndGet();
      case HEARTBEAT -> out.onNext(ClientFrame.newBuilder().setHeartbeat(frame.getHeartbeat()).build());
      case DELIVERY -> take(frame.getDelivery());
      default -> { }
    }
  }

  private void take(Delivery delivery) {
    long nowNanos = System.nanoTime();
    delivery.getEntriesList().forEach(entry -> crowd.heard().accept(entry.getMessage().getText().getText(), nowNanos));
    out.onNext(ClientFrame.newBuilder().setAck(Ack.newBuilder().addPositions(Position.newBuilder()
        .setConversationId(delivery.getConversationId()).setGeneration(delivery.getGeneration())
        .setSeq(delivery.getUpto()))).build());
  }

  @Override
  public void onError(Throwable failure) {
    crowd.ended().incrementAndGet();
  }

  @Override
  public void onCompleted() {
    crowd.ended().incrementAndGet();
  }
}
