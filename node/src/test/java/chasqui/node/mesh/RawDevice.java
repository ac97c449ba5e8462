package chasqui.node.mesh;

import chasqui.edge.v1.Ack;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.EdgeServiceGrpc;
import chasqui.edge.v1.Hello;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.Send;
import chasqui.edge.v1.SendAccepted;
import chasqui.edge.v1.ServerFrame;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.edge.v1.Welcome;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/// One stream of a device, by the generated stub alone: what it sends and sees is what goes over the wire.
public final class RawDevice implements StreamObserver<ServerFrame> {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final AtomicLong COUNTER = new AtomicLong(System.nanoTime() >>> 10);

  private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
  private final List<Entry> entries = new ArrayList<>();
  private final StreamObserver<ClientFrame> out;

  private RawDevice(Channel channel) {
    out = EdgeServiceGrpc.newStub(channel).connect(this);
  }

  /// Opens a stream and says hello; nothing is awaited.
  public static RawDevice hello(Channel channel, String token, String device, long connectNumber) {
    RawDevice stream = new RawDevice(channel);
    stream.send(ClientFrame.newBuilder()
        .setHello(Hello.newBuilder().setProtocolVersion(1).setToken(token).setDeviceId(device).setConnectNumber(connectNumber))
        .build());
    return stream;
  }

  /// Opens a stream and waits for the welcome and the end of the sync; entries that come before it are kept.
  public static RawDevice connect(Channel channel, String token, String device, long connectNumber) {
    RawDevice stream = hello(channel, token, device, connectNumber);
    stream.welcome();
    stream.await(FrameCase.CAUGHT_UP);
    return stream;
  }

  public Welcome welcome() {
    return await(FrameCase.WELCOME).getWelcome();
  }

  public void send(ClientFrame frame) {
    out.onNext(frame);
  }

  /// Sends a text and waits until it is committed.
  public SendAccepted say(String conversation, String text) {
    ByteString id = ByteString.copyFrom(ByteBuffer.allocate(20).putLong(COUNTER.incrementAndGet()).flip().limit(20));
    send(ClientFrame.newBuilder()
        .setSend(Send.newBuilder().setConversationId(conversation).setClientMessageId(id)
            .setMessage(Message.newBuilder().setText(TextContent.newBuilder().setText(text))))
        .build());
    ServerFrame answer = await(frame -> frame.getSendAccepted().getClientMessageId().equals(id)
        || frame.getSendRejected().getClientMessageId().equals(id));
    if (answer.hasSendRejected()) {
      throw new AssertionError("rejected: " + answer.getSendRejected().getReason() + " " + answer.getSendRejected().getMessage());
    }
    return answer.getSendAccepted();
  }

  /// Waits until an entry with this text was delivered; everything up to it is acked.
  public Entry hear(String text) {
    Predicate<Entry> wanted = entry -> entry.getMessage().getText().getText().equals(text);
    while (entries.stream().noneMatch(wanted)) {
      await(FrameCase.DELIVERY);
    }
    return entries.stream().filter(wanted).findFirst().orElseThrow();
  }

  /// All texts that were delivered so far, in order, as often as they came.
  public List<String> texts() {
    return entries.stream().filter(Entry::hasMessage).map(entry -> entry.getMessage().getText().getText()).toList();
  }

  /// Waits for a frame of a kind; deliveries on the way are taken in.
  public ServerFrame await(FrameCase kind) {
    return await(frame -> frame.getFrameCase() == kind);
  }

  /// Waits for the end of the stream.
  public Status end() {
    while (true) {
      Object next = next();
      if (next instanceof Status status) {
        return status;
      }
    }
  }

  /// Ends the stream from this side.
  public void close() {
    out.onCompleted();
    end();
  }

  /// Waits for a frame; deliveries on the way are taken in.
  public ServerFrame await(Predicate<ServerFrame> wanted) {
    while (true) {
      ServerFrame frame = frame(next());
      if (wanted.test(frame)) {
        return frame;
      }
    }
  }

  /// The same for what may be dropped: empty where nothing comes any more for a while.
  Optional<ServerFrame> await(Duration silence, Predicate<ServerFrame> wanted) {
    for (Object next = poll(silence); next != null; next = poll(silence)) {
      ServerFrame frame = frame(next);
      if (wanted.test(frame)) {
        return Optional.of(frame);
      }
    }
    return Optional.empty();
  }

  private ServerFrame frame(Object next) {
    if (next instanceof Status status) {
      throw new AssertionError("the stream ended: " + status);
    }
    ServerFrame frame = (ServerFrame) next;
    if (frame.hasDelivery()) {
      take(frame.getDelivery());
    }
    return frame;
  }

  private void take(Delivery delivery) {
    entries.addAll(delivery.getEntriesList());
    send(ClientFrame.newBuilder()
        .setAck(Ack.newBuilder().addPositions(Position.newBuilder()
            .setConversationId(delivery.getConversationId())
            .setGeneration(delivery.getGeneration())
            .setSeq(delivery.getUpto())))
        .build());
  }

  private Object next() {
    Object next = poll(PATIENCE);
    if (next == null) {
      throw new AssertionError("nothing came within " + PATIENCE + "; delivered so far: " + texts());
    }
    return next;
  }

  private Object poll(Duration limit) {
    try {
      return seen.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  @Override
  public void onNext(ServerFrame frame) {
    seen.add(frame);
  }

  @Override
  public void onError(Throwable failure) {
    seen.add(Status.fromThrowable(failure));
  }

  @Override
  public void onCompleted() {
    seen.add(Status.OK);
  }
}
