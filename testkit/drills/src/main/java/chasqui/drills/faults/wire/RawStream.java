package chasqui.drills.faults.wire;

import chasqui.drills.fleet.Deadline;
import chasqui.edge.v1.Ack;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.EdgeServiceGrpc;
import chasqui.edge.v1.Heartbeat;
import chasqui.edge.v1.Hello;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.ServerFrame;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.log.v1.Entry;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// A stream of a device that does only what it is told to. What comes is kept with its time, unless somebody takes it.
/// Thread-safe.
public final class RawStream extends ClientCall.Listener<byte[]> {

  public static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final MethodDescriptor<byte[], byte[]> CONNECT =
      Bytes.method(EdgeServiceGrpc.getConnectMethod().getFullMethodName(), MethodDescriptor.MethodType.BIDI_STREAMING);

  /// A frame and when it came.
  public record Arrival(ServerFrame frame, long nanos) {}

  /// The stream's end and when it came.
  public record End(Refusal why, long nanos) {}

  private final ClientCall<byte[], byte[]> call;
  private final List<Arrival> arrivals = new ArrayList<>();
  private Consumer<Arrival> taker;
  private boolean acks = true;
  private boolean reads = true;
  private End end;

  private RawStream(Channel channel) {
    call = channel.newCall(CONNECT, CallOptions.DEFAULT);
    call.start(this, new Metadata());
    call.request(1);
  }

  /// Opens a stream; nothing is sent.
  public static RawStream open(Channel channel) {
    return new RawStream(channel);
  }

  /// Says hello and awaits the welcome and the end of the sync.
  public RawStream welcomed(String token, String device, long connectNumber) {
    hello(token, device, connectNumber);
    if (await(FrameCase.CAUGHT_UP).isEmpty()) {
      throw new IllegalStateException("the stream of " + device + " was not welcomed: " + end());
    }
    return this;
  }

  public RawStream hello(String token, String device, long connectNumber) {
    return send(ClientFrame.newBuilder()
        .setHello(Hello.newBuilder().setProtocolVersion(1).setToken(token).setDeviceId(device).setConnectNumber(connectNumber))
        .build());
  }

  /// A sign of life.
  public RawStream giveSign() {
    return send(ClientFrame.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build());
  }

  public RawStream send(ClientFrame frame) {
    return sendBytes(frame.toByteArray());
  }

  /// Sends whatever this is in place of a frame; into a stream that has ended it is lost.
  public RawStream sendBytes(byte[] frame) {
    synchronized (call) {
      try {
        call.sendMessage(frame);
      } catch (IllegalStateException over) {
        // The peer ended the stream, or it was cancelled.
      }
    }
    return this;
  }

  /// From here on what comes is handed over, one after the other, and not kept: for streams to which much comes.
  public synchronized RawStream handingTo(Consumer<Arrival> other) {
    taker = other;
    return this;
  }

  /// Deliveries are no longer acked.
  public synchronized RawStream withoutAcks() {
    acks = false;
    return this;
  }

  /// Takes what is on its way, at most one frame more, and then nothing.
  public synchronized RawStream withoutReading() {
    reads = false;
    return this;
  }

  /// Reads again.
  public void readOn() {
    synchronized (this) {
      reads = true;
    }
    call.request(1);
  }

  public boolean isReady() {
    return call.isReady();
  }

  public void halfClose() {
    synchronized (call) {
      call.halfClose();
    }
  }

  public void cancel() {
    call.cancel("enough", null);
  }

  @Override
  public void onMessage(byte[] message) {
    long now = System.nanoTime();
    ServerFrame frame;
    try {
      frame = ServerFrame.parseFrom(message);
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalStateException("the server sent what is no frame", damaged);
    }
    Arrival arrival = new Arrival(frame, now);
    boolean ack;
    boolean more;
    Consumer<Arrival> other;
    synchronized (this) {
      other = taker;
      if (other == null) {
        arrivals.add(arrival);
      }
      ack = acks && frame.hasDelivery() && frame.getDelivery().getRequestId() == 0;
      more = reads;
    }
    if (other != null) {
      other.accept(arrival);
    }
    if (ack) {
      ack(frame.getDelivery());
    }
    if (more) {
      call.request(1);
    }
  }

  private void ack(Delivery delivery) {
    send(ClientFrame.newBuilder()
        .setAck(Ack.newBuilder().addPositions(Position.newBuilder()
            .setConversationId(delivery.getConversationId())
            .setGeneration(delivery.getGeneration())
            .setSeq(delivery.getUpto())))
        .build());
  }

  @Override
  public synchronized void onClose(Status status, Metadata trailers) {
    end = new End(Refusal.of(status, trailers), System.nanoTime());
  }

  public synchronized Optional<End> end() {
    return Optional.ofNullable(end);
  }

  public synchronized List<Arrival> arrivals() {
    return List.copyOf(arrivals);
  }

  /// Entries of a conversation in the order in which they came, as often as they came; answers to requests left out.
  public List<Entry> entries(String conversation) {
    return deliveries(conversation).stream().flatMap(delivery -> delivery.getEntriesList().stream()).toList();
  }

  public List<Delivery> deliveries(String conversation) {
    return arrivals().stream()
        .map(arrival -> arrival.frame().getDelivery())
        .filter(delivery -> delivery.getConversationId().equals(conversation) && delivery.getRequestId() == 0)
        .toList();
  }

  public Optional<ServerFrame> await(FrameCase kind) {
    return await(frame -> frame.getFrameCase() == kind);
  }

  /// The first frame of this kind, come already or within patience; empty if none comes or the stream ends before.
  public Optional<ServerFrame> await(Predicate<ServerFrame> wanted) {
    return await(wanted, PATIENCE);
  }

  public Optional<ServerFrame> await(Predicate<ServerFrame> wanted, Duration patience) {
    int[] seen = {0};
    ServerFrame[] found = {null};
    Deadline.await(patience, () -> {
      boolean over;
      List<Arrival> all;
      synchronized (this) {
        over = end != null;
        all = arrivals.subList(seen[0], arrivals.size()).stream().toList();
      }
      seen[0] += all.size();
      found[0] = all.stream().map(Arrival::frame).filter(wanted).findFirst().orElse(null);
      return found[0] != null || over;
    });
    return Optional.ofNullable(found[0]);
  }

  /// The end, if it comes in time.
  public Optional<End> awaitEnd(Duration patience) {
    Deadline.await(patience, () -> end().isPresent());
    return end();
  }
}
