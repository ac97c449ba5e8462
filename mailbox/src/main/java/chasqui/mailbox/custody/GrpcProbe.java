package chasqui.mailbox.custody;

import chasqui.cluster.v1.ProbeRequest;
import chasqui.cluster.v1.ProbeResponse;
import chasqui.cluster.v1.ProbeServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Probes over gRPC, each on a connection of its own: whether one can be made is what is asked.
public final class GrpcProbe implements Probe {

  private static final long ANSWER_MILLIS_MAX = 1_000;

  private final Function<String, ManagedChannel> channels;

  /// @param channels makes a channel to an address, which is shut down after the probe
  public GrpcProbe(Function<String, ManagedChannel> channels) {
    this.channels = channels;
  }

  @Override
  public CompletionStage<Optional<String>> probe(String address) {
    ManagedChannel channel = channels.apply(address);
    CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
    ProbeServiceGrpc.newStub(channel)
        .withDeadlineAfter(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS)
        .probe(ProbeRequest.getDefaultInstance(), new StreamObserver<>() {
          @Override
          public void onNext(ProbeResponse response) {
            answer.complete(Optional.of(response.getIncarnation()));
          }

          @Override
          public void onError(Throwable failure) {
            answer.complete(Optional.empty());
            channel.shutdownNow();
          }

          @Override
          public void onCompleted() {
            answer.complete(Optional.empty());
            channel.shutdownNow();
          }
        });
    return answer;
  }
}
