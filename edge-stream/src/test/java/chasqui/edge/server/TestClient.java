package chasqui.edge.server;

import chasqui.edge.v1.Ack;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.EdgeServiceGrpc;
import chasqui.edge.v1.Hello;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.Send;
import chasqui.edge.v1.ServerFrame;
import chasqui.error.v1.Reason;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import chasqui.status.Statuses;
import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A device on a real stream. Reads as much as the test asks for.
final class TestClient implements ClientResponseObserver<ClientFrame, ServerFrame> {

  final List<ServerFrame> frames = new CopyOnWriteArrayList<>();
  volatile Throwable failure;
  volatile boolean completed;
  private final int reads;
  private ClientCallStreamObserver<ClientFrame> call;
  private int sends;

  /// @param reads frames to ask for at first; every frame that came is replaced where it is `Integer.MAX_VALUE`
  private TestClient(int reads) {
    this.reads = reads;
  }

  static TestClient open(Channel channel, int reads) {
    TestClient client = new TestClient(reads);
    EdgeServiceGrpc.newStub(channel).connect(client);
    return client;
  }

  static TestClient open(Channel channel) {
    return open(channel, Integer.MAX_VALUE);
  }

  TestClient hello(String user, String device, long connectNumber) {
    write(ClientFrame.newBuilder().setHello(Hello.newBuilder()
        .setProtocolVersion(1).setToken(user).setDeviceId(device).setConnectNumber(connectNumber)).build());
    return this;
  }

  void send(String conversationId, String text) {
    write(sendFrame(conversationId, text));
  }

  ClientFrame sendFrame(String conversationId, String text) {
    return ClientFrame.newBuilder().setSend(Send.newBuilder()
        .setConversationId(conversationId)
        .setClientMessageId(ByteString.copyFrom(ByteBuffer.allocate(20).putLong(++sends).rewind()))
        .setMessage(Message.newBuilder().setText(TextContent.newBuilder().setText(text)))).build();
  }

  void ack(String conversationId, long seq) {
    write(ClientFrame.newBuilder().setAck(Ack.newBuilder().addPositions(
        Position.newBuilder().setConversationId(conversationId).setGeneration(1).setSeq(seq))).build());
  }

  synchronized void write(ClientFrame frame) {
    call.onNext(frame);
  }

  boolean mayWrite() {
    return call.isReady();
  }

  void read(int count) {
    call.request(count);
  }

  void halfClose() {
    call.onCompleted();
  }

  void cancel() {
    call.cancel("the test goes away", null);
  }

  List<ServerFrame> of(ServerFrame.FrameCase kind) {
    return frames.stream().filter(frame -> frame.getFrameCase() == kind).toList();
  }

  ServerFrame await(ServerFrame.FrameCase kind) {
    await("a frame " + kind, () -> !of(kind).isEmpty());
    return of(kind).getFirst();
  }

  Reason awaitFailure() {
    await("the end", () -> failure != null);
    return Statuses.reasonOf(failure).orElseThrow(() -> new AssertionError("no reason in " + failure));
  }

  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end >= 0) {
        throw new AssertionError("waited in vain for " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<ClientFrame> stream) {
    call = stream;
    if (reads != Integer.MAX_VALUE) {
      stream.disableAutoRequestWithInitial(reads);
    }
  }

  @Override
  public void onNext(ServerFrame frame) {
    frames.add(frame);
  }

  @Override
  public void onError(Throwable why) {
    failure = why;
  }

  @Override
  public void onCompleted() {
    completed = true;
  }
}
