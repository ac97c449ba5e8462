package chasqui.bench;

import chasqui.edge.v1.Ack;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.EdgeServiceGrpc;
import chasqui.edge.v1.Heartbeat;
import chasqui.edge.v1.Hello;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.Send;
import chasqui.edge.v1.ServerFrame;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Message;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// One device of a pair that writes to each other: raw frames, no SDK, so that the generator stays cheap and sees what is
/// on the wire. The pacing thread alone writes; the transport's thread alone reads and only notes what it saw.
final class PairClient implements ClientResponseObserver<ClientFrame, ServerFrame> {

  private final String name;
  private final String token;
  private final ManagedChannel channel;
  private final PairTally outgoing;
  private final PairTally incoming;
  private final CountDownLatch welcomed = new CountDownLatch(1);
  private ClientCallStreamObserver<ClientFrame> out;

  // Pacing thread.
  private String conversation = "";
  private boolean acks;
  private long counter;
  private long ackedSeq;

  // Written by the transport's thread, read by the pacing thread.
  private volatile long coveredSeq;
  private volatile long generation;
  private volatile Status ended;

  PairClient(String name, String token, ManagedChannel channel, PairTally outgoing, PairTally incoming) {
    this.name = name;
    this.token = token;
    this.channel = channel;
    this.outgoing = outgoing;
    this.incoming = incoming;
  }

  /// Opens the stream; returns at once.
  void connect(long connectNumber) {
    EdgeServiceGrpc.newStub(channel).connect(this);
    out.onNext(ClientFrame.newBuilder()
        .setHello(Hello.newBuilder()
            .setProtocolVersion(1)
            .setToken(token)
            .setDeviceId(name)
            .setConnectNumber(connectNumber)
            .setClientName("chasqui-bench"))
        .build());
  }

  void awaitWelcome(long seconds) throws InterruptedException {
    if (!welcomed.await(seconds, TimeUnit.SECONDS)) {
      throw new IllegalStateException(name + " was not welcomed within " + seconds + " s; its stream: " + ended);
    }
  }

  /// Where this client sends, and whether it acks what it gets there.
  void converse(String conversationId, boolean acknowledge) {
    conversation = conversationId;
    acks = acknowledge;
  }

  /// Sends one message whose intended time is `intendedNanos`; false if the transport cannot take it now.
  boolean send(Message message, ByteString random, long intendedNanos) {
    if (ended != null || !out.isReady()) {
      return false;
    }
    counter++;
    ByteString id = ByteString.copyFrom(ByteBuffer.allocate(8).putLong(0, counter)).concat(random);
    outgoing.sent(intendedNanos);
    out.onNext(ClientFrame.newBuilder()
        .setSend(Send.newBuilder().setConversationId(conversation).setClientMessageId(id).setMessage(message))
        .build());
    return true;
  }

  /// Acks what has come since the last time.
  void ack() {
    long covered = coveredSeq;
    if (acks && covered > ackedSeq && ended == null) {
      ackedSeq = covered;
      out.onNext(ClientFrame.newBuilder()
          .setAck(Ack.newBuilder()
              .addPositions(Position.newBuilder()
                  .setConversationId(conversation)
                  .setGeneration(generation)
                  .setSeq(covered)))
          .build());
    }
  }

  void heartbeat() {
    if (ended == null) {
      out.onNext(ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setNonce(1)).build());
    }
  }

  void close() {
    if (ended == null) {
      out.onCompleted();
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<ClientFrame> call) {
    out = call;
  }

  @Override
  public void onNext(ServerFrame frame) {
    switch (frame.getFrameCase()) {
      case WELCOME -> welcomed.countDown();
      case DELIVERY -> delivered(frame.getDelivery());
      case SEND_ACCEPTED -> {
        outgoing.accepted();
        cover(frame.getSendAccepted().getSeq() - 1, frame.getSendAccepted().getSeq(), frame.getSendAccepted().getGeneration());
      }
      case SEND_REJECTED -> outgoing.rejected(frame.getSendRejected().getReason().name());
      default -> { }
    }
  }

  private void delivered(Delivery delivery) {
    for (Entry entry : delivery.getEntriesList()) {
      if (entry.hasMessage() && !entry.getSenderDevice().equals(name)) {
        incoming.delivered(ByteBuffer.wrap(entry.getClientMessageId().substring(0, 8).toByteArray()).getLong());
      }
    }
    cover(delivery.getAfter(), delivery.getUpto(), delivery.getGeneration());
  }

  private void cover(long after, long upto, long ofGeneration) {
    if (after <= coveredSeq && upto > coveredSeq) {
      generation = ofGeneration;
      coveredSeq = upto;
    }
  }

  @Override
  public void onError(Throwable failure) {
    ended = Status.fromThrowable(failure);
  }

  @Override
  public void onCompleted() {
    ended = Status.OK;
  }

  Status ended() {
    return ended;
  }
}
