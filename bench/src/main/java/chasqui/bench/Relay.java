package chasqui.bench;

import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.EdgeServiceGrpc;
import chasqui.edge.v1.Send;
import chasqui.edge.v1.ServerFrame;
import chasqui.edge.v1.Welcome;
import chasqui.log.v1.Entry;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/// The bare relay that the whole path is measured against: the same frames over the same transport, one in, one out, no
/// storage, no acks, no promise. A `Send` to conversation `NAME` becomes a `Delivery` on the stream whose device is `NAME`.
final class Relay extends EdgeServiceGrpc.EdgeServiceImplBase {

  private final ConcurrentHashMap<String, Peer> peers = new ConcurrentHashMap<>();

  /// Frames thrown away because the peer was not ready; a run with any has no figure.
  private final AtomicLong dropped = new AtomicLong();

  /// Serves until the process is ended.
  static void main(String[] arguments) throws IOException, InterruptedException {
    Relay relay = new Relay();
    Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .directExecutor()
        .addService(relay)
        .build()
        .start();
    System.out.println("READY edge=127.0.0.1:" + server.getPort());
    server.awaitTermination();
  }

  @Override
  public StreamObserver<ClientFrame> connect(StreamObserver<ServerFrame> responses) {
    return new Inbound((ServerCallStreamObserver<ServerFrame>) responses);
  }

  private final class Inbound implements StreamObserver<ClientFrame> {
    private final Peer self;
    private String device = "";
    private long seq;

    Inbound(ServerCallStreamObserver<ServerFrame> out) {
      self = new Peer(out);
      out.setOnCancelHandler(() -> peers.remove(device, self));
    }

    @Override
    public void onNext(ClientFrame frame) {
      switch (frame.getFrameCase()) {
        case HELLO -> {
          device = frame.getHello().getDeviceId();
          peers.put(device, self);
          self.write(ServerFrame.newBuilder().setWelcome(Welcome.newBuilder().setUserId(device)).build());
        }
        case SEND -> relay(frame.getSend());
        default -> { }
      }
    }

    private void relay(Send send) {
      Peer peer = peers.get(send.getConversationId());
      seq++;
      Delivery delivery = Delivery.newBuilder()
          .setConversationId(device)
          .setGeneration(1)
          .setAfter(seq - 1)
          .setUpto(seq)
          .setHead(seq)
          .addEntries(Entry.newBuilder()
              .setSeq(seq)
              .setSenderUser(device)
              .setSenderDevice(device)
              .setClientMessageId(send.getClientMessageId())
              .setMessage(send.getMessage()))
          .build();
      if (peer == null || !peer.write(ServerFrame.newBuilder().setDelivery(delivery).build())) {
        dropped.incrementAndGet();
      }
    }

    @Override
    public void onError(Throwable failure) {
      peers.remove(device, self);
    }

    @Override
    public void onCompleted() {
      peers.remove(device, self);
      self.out.onCompleted();
    }
  }

  /// A stream that others write to, one at a time.
  private static final class Peer {
    private final ServerCallStreamObserver<ServerFrame> out;
    private final ReentrantLock writing = new ReentrantLock();

    Peer(ServerCallStreamObserver<ServerFrame> out) {
      this.out = out;
    }

    boolean write(ServerFrame frame) {
      writing.lock();
      try {
        if (out.isCancelled() || !out.isReady()) {
          return false;
        }
        out.onNext(frame);
        return true;
      } finally {
        writing.unlock();
      }
    }
  }
}
