package chasqui.client;

import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.EdgeServiceGrpc;
import chasqui.edge.v1.ServerFrame;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A real in-process server whose edge service does what a test tells it.
public final class ScriptedEdge extends EdgeServiceGrpc.EdgeServiceImplBase implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  private final String name;
  private final Server server;
  public final BlockingQueue<Connection> connections = new LinkedBlockingQueue<>();

  public ScriptedEdge(String name, io.grpc.BindableService... others) {
    this.name = name;
    try {
      var builder = InProcessServerBuilder.forName(name).addService(this);
      for (var other : others) {
        builder.addService(other);
      }
      this.server = builder.build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Connects to the edge whose name is the endpoint's host.
  public static ChannelSource channels() {
    return endpoint -> InProcessChannelBuilder.forName(endpoint.host()).directExecutor().build();
  }

  public String address() {
    return name + ":1";
  }

  @Override
  public StreamObserver<ClientFrame> connect(StreamObserver<ServerFrame> responses) {
    var connection = new Connection(responses);
    connections.add(connection);
    return connection;
  }

  public Connection next() throws InterruptedException {
    var connection = connections.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (connection == null) {
      throw new AssertionError("nobody connected to " + name);
    }
    return connection;
  }

  /// The next connection, welcomed and caught up.
  public Connection welcomed() throws InterruptedException {
    var connection = next();
    connection.await(ClientFrame::hasHello);
    connection.send(Frames.welcome());
    connection.send(Frames.caughtUp());
    return connection;
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      if (!server.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the server did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public static final class Connection implements StreamObserver<ClientFrame> {
    private final StreamObserver<ServerFrame> responses;
    public final BlockingQueue<ClientFrame> received = new LinkedBlockingQueue<>();
    public final CompletableFuture<String> ended = new CompletableFuture<>();

    Connection(StreamObserver<ServerFrame> responses) {
      this.responses = responses;
    }

    @Override
    public void onNext(ClientFrame frame) {
      received.add(frame);
    }

    @Override
    public void onError(Throwable failure) {
      ended.complete("cancelled");
    }

    @Override
    public void onCompleted() {
      synchronized (responses) {
        responses.onCompleted();
        ended.complete("half-closed");
      }
    }

    public void send(ServerFrame frame) {
      synchronized (responses) {
        responses.onNext(frame);
      }
    }

    /// False where the stream has ended already.
    boolean sendUnlessEnded(ServerFrame frame) {
      synchronized (responses) {
        if (ended.isDone()) {
          return false;
        }
        responses.onNext(frame);
        return true;
      }
    }

    public void fail(StatusRuntimeException status) {
      synchronized (responses) {
        responses.onError(status);
      }
    }

    public void fail(Status status) {
      fail(status.asRuntimeException());
    }

    /// The next frame that is wanted; others are skipped.
    public ClientFrame await(Predicate<ClientFrame> wanted) throws InterruptedException {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (true) {
        var frame = received.poll(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        if (frame == null) {
          throw new AssertionError("the frame did not come");
        }
        if (wanted.test(frame)) {
          return frame;
        }
      }
    }
  }
}
