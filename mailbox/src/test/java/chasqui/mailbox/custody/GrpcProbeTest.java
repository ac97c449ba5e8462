package chasqui.mailbox.custody;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import chasqui.cluster.v1.ProbeRequest;
import chasqui.cluster.v1.ProbeResponse;
import chasqui.cluster.v1.ProbeServiceGrpc;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A probe says who is there; nobody there, or nobody who answers, is an answer as well.
class GrpcProbeTest {

  private final List<ManagedChannel> channels = new ArrayList<>();
  private final GrpcProbe probe = new GrpcProbe(address -> {
    ManagedChannel channel = InProcessChannelBuilder.forName(address).directExecutor().build();
    channels.add(channel);
    return channel;
  }, Runnable::run);
  private Server server;

  @AfterEach
  void stop() throws InterruptedException {
    if (server != null) {
      server.shutdownNow().awaitTermination();
    }
    for (ManagedChannel channel : channels) {
      assertEquals(true, channel.awaitTermination(10, TimeUnit.SECONDS), "every channel is shut down");
    }
  }

  private void serve(BindableService service) throws Exception {
    server = InProcessServerBuilder.forName("probed").directExecutor().addService(service).build().start();
  }

  private Optional<String> answer(String address) throws Exception {
    return probe.probe(address).toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void theIncarnationThatIsThereAnswers() throws Exception {
    serve(new ProbeEndpoint("incarnation-7"));
    assertEquals(Optional.of("incarnation-7"), answer("probed"));
    assertEquals(Optional.of("incarnation-7"), answer("probed"));
  }

  @Test
  void nobodyIsThere() throws Exception {
    assertEquals(Optional.empty(), answer("nobody"));
  }

  @Test
  void whoDoesNotAnswerWithinASecondIsNotThere() throws Exception {
    serve(new ProbeServiceGrpc.ProbeServiceImplBase() {
      @Override
      public void probe(ProbeRequest request, StreamObserver<ProbeResponse> responses) {
        // Stands still.
      }
    });
    assertEquals(Optional.empty(), answer("probed"));
  }

  @Test
  void whatCannotBeAskedIsNotSaidToBeSilent() {
    GrpcProbe broken = new GrpcProbe(address -> {
      throw new IllegalStateException("the certificate cannot be read");
    }, Runnable::run);
    CompletableFuture<Optional<String>> told = broken.probe("probed").toCompletableFuture();
    assertEquals("the certificate cannot be read", told.exceptionNow().getMessage());
    GrpcProbe leaving = new GrpcProbe(address -> null, task -> {
      throw new RejectedExecutionException("shut down");
    });
    assertEquals("shut down", leaving.probe("probed").toCompletableFuture().exceptionNow().getMessage());
  }

  @Test
  void whoRefusesUsIsNotSaidToBeSilent() throws Exception {
    serve(new ProbeServiceGrpc.ProbeServiceImplBase() {
      @Override
      public void probe(ProbeRequest request, StreamObserver<ProbeResponse> responses) {
        responses.onError(Status.PERMISSION_DENIED.asException());
      }
    });
    assertThrows(ExecutionException.class, () -> answer("probed"));
  }
}
