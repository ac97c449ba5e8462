package chasqui.mailbox.custody;

import chasqui.cluster.v1.ProbeRequest;
import chasqui.cluster.v1.ProbeResponse;
import chasqui.cluster.v1.ProbeServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Probes over gRPC, each on a connection of its own: whether one can be made is what is asked.
public final class GrpcProbe implements Probe {

  private static final long ANSWER_MILLIS_MAX = 1_000;

  private final Function<String, ManagedChannel> channels;
  private final Executor executor;

  /// @param channels makes a channel to an address, which is shut down after the probe. May block, and may throw: then nothing
  ///     is known of the other
  /// @param executor makes the channels; one for each incarnation that is suspected, at most once a second
  public GrpcProbe(Function<String, ManagedChannel> channels, Executor executor) {
    this.channels = channels;
    this.executor = executor;
  }

  @Override
  public CompletionStage<Optional<String>> probe(String address) {
    CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
    try {
      executor.execute(() -> begin(address, answer));
    } catch (RejectedExecutionException leaving) {
      answer.completeExceptionally(leaving);
    }
    return answer;
  }

  private void begin(String address, CompletableFuture<Optional<String>> answer) {
    ManagedChannel channel;
    try {
      channel = channels.apply(address);
    } catch (RuntimeException ours) {
      answer.completeExceptionally(ours);
      return;
    }
    try {
      ProbeServiceGrpc.newStub(channel)
          .withDeadlineAfter(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS)
          .probe(ProbeRequest.getDefaultInstance(), new Answer(channel, answer));
    } catch (RuntimeException ours) {
      answer.completeExceptionally(ours);
      channel.shutdownNow();
    }
  }

  private record Answer(ManagedChannel channel, CompletableFuture<Optional<String>> answer)
      implements StreamObserver<ProbeResponse> {

    @Override
    public void onNext(ProbeResponse response) {
      answer.complete(Optional.of(response.getIncarnation()));
    }

    @Override
    public void onError(Throwable failure) {
      switch (Status.fromThrowable(failure).getCode()) {
        // Somebody is there who does not believe us. That says nothing of the one we look for.
        case UNAUTHENTICATED, PERMISSION_DENIED -> answer.completeExceptionally(failure);
        default -> answer.complete(Optional.empty());
      }
      channel.shutdownNow();
    }

    @Override
    public void onCompleted() {
      answer.complete(Optional.empty());
      channel.shutdownNow();
    }
  }
}
