package chasqui.testkit.sim.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.testkit.sim.Outcome;
import chasqui.testkit.sim.SimConnection;
import chasqui.testkit.sim.SimNode;
import chasqui.testkit.sim.SimRun;
import chasqui.testkit.sim.SimWorld;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SimGrpcTest {
  private static final long SECOND = 1_000_000_000;
  private static final Metadata.Key<String> DETAIL = Metadata.Key.of("detail", Metadata.ASCII_STRING_MARSHALLER);

  private static final MethodDescriptor.Marshaller<String> TEXT = new MethodDescriptor.Marshaller<>() {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  };

  private static final MethodDescriptor<String, String> UNARY = method("test.Service/Unary", MethodType.UNARY);
  private static final MethodDescriptor<String, String> CHAT = method("test.Service/Chat", MethodType.BIDI_STREAMING);
  private static final MethodDescriptor<String, String> ABSENT = method("test.Service/Absent", MethodType.UNARY);

  private final List<String> heard = new ArrayList<>();
  private final List<String> served = new ArrayList<>();
  private ServerCallStreamObserver<String> serverSide;
  private ClientCallStreamObserver<String> clientSide;
  private boolean serverAsksItself;

  private static MethodDescriptor<String, String> method(String name, MethodType type) {
    return MethodDescriptor.<String, String>newBuilder(TEXT, TEXT).setFullMethodName(name).setType(type).build();
  }

  private ServerServiceDefinition service() {
    return ServerServiceDefinition.builder("test.Service")
        .addMethod(UNARY, ServerCalls.asyncUnaryCall(this::unary))
        .addMethod(CHAT, ServerCalls.asyncBidiStreamingCall(this::chat))
        .build();
  }

  private void unary(String request, StreamObserver<String> responses) {
    served.add(request);
    switch (request) {
      case "fail" -> {
        Metadata trailers = new Metadata();
        trailers.put(DETAIL, "why");
        responses.onError(new StatusRuntimeException(Status.NOT_FOUND.withDescription("nothing"), trailers));
      }
      case "never" -> {}
      default -> {
        responses.onNext("re: " + request);
        responses.onCompleted();
      }
    }
  }

  private StreamObserver<String> chat(StreamObserver<String> responses) {
    serverSide = (ServerCallStreamObserver<String>) responses;
    if (serverAsksItself) {
      serverSide.disableAutoRequest();
    }
    serverSide.setOnCancelHandler(() -> served.add("cancelled"));
    serverSide.setOnReadyHandler(() -> served.add("ready"));
    return listener("server ", served, () -> {
      served.add("half-closed");
      responses.onCompleted();
    });
  }

  private static StreamObserver<String> listener(String who, List<String> into, Runnable completed) {
    return new StreamObserver<>() {
      @Override
      public void onNext(String value) {
        into.add(value);
      }

      @Override
      public void onError(Throwable failure) {
        Status status = Status.fromThrowable(failure);
        Metadata trailers = Status.trailersFromThrowable(failure);
        String detail = trailers == null || trailers.get(DETAIL) == null ? "" : " " + trailers.get(DETAIL);
        into.add(who + status.getCode() + " " + status.getDescription() + detail);
      }

      @Override
      public void onCompleted() {
        completed.run();
      }
    };
  }

  private final class ChatClient implements ClientResponseObserver<String, String> {
    private final StreamObserver<String> listener = listener("", heard, () -> heard.add("completed"));

    @Override
    public void beforeStart(ClientCallStreamObserver<String> call) {
      clientSide = call;
      call.setOnReadyHandler(() -> heard.add("ready"));
    }

    @Override
    public void onNext(String value) {
      listener.onNext(value);
    }

    @Override
    public void onError(Throwable failure) {
      listener.onError(failure);
    }

    @Override
    public void onCompleted() {
      listener.onCompleted();
    }
  }

  private interface Body {
    void run(SimWorld world, SimNode client, SimNode server);
  }

  /// Plays `body` in a world with a client and a server, twice, with the same trace.
  private void play(Body body) {
    Outcome outcome = SimRun.twice(1, world -> {
      heard.clear();
      served.clear();
      SimNode client = world.node("client");
      SimNode server = world.node("server");
      client.start(_ -> {});
      server.start(self -> SimServer.serve(world.network(), self, List.of(service())));
      world.scheduler().runFor(1);
      body.run(world, client, server);
    });
    assertEquals(List.of(), outcome.violations());
  }

  private void call(SimWorld world, SimNode client, MethodDescriptor<String, String> method, String request) {
    call(world, client, method, request, CallOptions.DEFAULT);
  }

  private void call(
      SimWorld world, SimNode client, MethodDescriptor<String, String> method, String request, CallOptions options) {
    SimChannel channel = new SimChannel(world.network(), client, "server");
    StreamObserver<String> responses = listener("", heard, () -> heard.add("completed"));
    ClientCalls.asyncUnaryCall(channel.newCall(method, options), request, responses);
    world.scheduler().runFor(SECOND);
  }

  private void openChat(SimWorld world, SimNode client) {
    SimChannel channel = new SimChannel(world.network(), client, "server");
    ClientCalls.asyncBidiStreamingCall(channel.newCall(CHAT, CallOptions.DEFAULT), new ChatClient());
    world.scheduler().runFor(SECOND);
    heard.remove("ready");
    served.remove("ready");
  }

  @Test
  void aUnaryCall() {
    play((world, client, _) -> {
      call(world, client, UNARY, "hello");
      assertEquals(List.of("re: hello", "completed"), heard);
      assertEquals(List.of(), world.network().open());
    });
  }

  @Test
  void aStatusWithItsDetails() {
    play((world, client, _) -> {
      call(world, client, UNARY, "fail");
      assertEquals(List.of("NOT_FOUND nothing why"), heard);
    });
  }

  @Test
  void anUnknownMethod() {
    play((world, client, _) -> {
      call(world, client, ABSENT, "hello");
      assertEquals(List.of("UNIMPLEMENTED no method test.Service/Absent"), heard);
    });
  }

  @Test
  void aDeadlineInSimulatedTime() {
    play((world, client, _) -> {
      CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(3, TimeUnit.SECONDS);
      call(world, client, UNARY, "never", options);
      assertEquals(List.of(), heard);
      world.scheduler().runFor(3 * SECOND);
      assertEquals(List.of("DEADLINE_EXCEEDED in simulation"), heard);
      assertEquals(List.of(), world.network().open());
    });
  }

  @Test
  void aStreamBothWaysToItsEnd() {
    play((world, client, _) -> {
      openChat(world, client);
      clientSide.onNext("a");
      serverSide.onNext("b");
      clientSide.onNext("c");
      clientSide.onCompleted();
      world.scheduler().runFor(SECOND);
      assertEquals(List.of("a", "c", "half-closed"), served);
      assertEquals(List.of("b", "completed"), heard);
    });
  }

  @Test
  void aClientThatCancels() {
    play((world, client, _) -> {
      openChat(world, client);
      clientSide.cancel("enough", null);
      world.scheduler().runFor(SECOND);
      assertTrue(served.contains("cancelled"), served.toString());
      assertTrue(serverSide.isCancelled());
      assertEquals(List.of("CANCELLED enough"), heard);
    });
  }

  @Test
  void aServerThatDies() {
    play((world, client, server) -> {
      openChat(world, client);
      server.crash(true);
      world.scheduler().runFor(SECOND);
      assertEquals(List.of("UNAVAILABLE server died"), heard);
    });
  }

  @Test
  void aHalfOpenStreamSaysNothing() {
    play((world, client, server) -> {
      openChat(world, client);
      server.crash(false);
      world.scheduler().runFor(60 * SECOND);
      assertEquals(List.of(), heard);
      assertTrue(clientSide.isReady());
    });
  }

  @Test
  void aSlowReaderHoldsTheWriterUp() {
    serverAsksItself = true;
    play((world, client, _) -> {
      openChat(world, client);
      int sent = 0;
      while (clientSide.isReady()) {
        clientSide.onNext("m" + sent++);
      }
      assertEquals(SimConnection.WINDOW_FRAMES, sent);
      world.scheduler().runFor(SECOND);
      assertFalse(served.contains("m0"), "nothing was asked for");
      serverSide.request(1);
      world.scheduler().runFor(SECOND);
      assertEquals(List.of("m0"), served.stream().filter(line -> line.startsWith("m")).toList());
      serverSide.request(1000);
      world.scheduler().runFor(SECOND);
      assertEquals(sent, served.stream().filter(line -> line.startsWith("m")).count());
      assertTrue(heard.contains("ready"), "there is room again");
    });
  }

  @Test
  void trailersComeAfterTheMessagesThatWereNotAskedFor() {
    play((world, client, _) -> {
      openChat(world, client);
      serverSide.onNext("last");
      serverSide.onError(Status.ABORTED.withDescription("over").asRuntimeException());
      world.scheduler().runFor(SECOND);
      assertEquals(List.of("last", "ABORTED over"), heard);
    });
  }

  @Test
  void aServiceThatThrowsEndsTheSimulation() {
    Outcome outcome = SimRun.of(1, world -> {
      Consumer<SimNode> program = self -> SimServer.serve(
          world.network(),
          self,
          List.of(ServerServiceDefinition.builder("test.Service")
              .addMethod(UNARY, ServerCalls.asyncUnaryCall((_, _) -> {
                throw new IllegalStateException("a bug");
              }))
              .build()));
      world.node("client").start(_ -> {});
      world.node("server").start(program);
      world.scheduler().runFor(1);
      call(world, world.node("client"), UNARY, "hello");
    });
    assertTrue(outcome.violations().getFirst().contains("a bug"), outcome.toString());
  }
}
