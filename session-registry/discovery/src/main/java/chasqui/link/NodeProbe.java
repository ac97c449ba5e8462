package chasqui.link;

import chasqui.cluster.v1.ProbeRequest;
import chasqui.cluster.v1.ProbeResponse;
import chasqui.cluster.v1.ProbeServiceGrpc;
import chasqui.discovery.NodeRecord;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Asks a node, over a connection made for it, whether it is alive. Thread-safe; blocks nobody.
public final class NodeProbe {

  private final ChannelFactory channels;
  private final Duration limit;

  /// @param limit how long an answer may take, connecting included
  public NodeProbe(ChannelFactory channels, Duration limit) {
    this.channels = channels;
    this.limit = limit;
  }

  /// True where exactly this incarnation answers within the limit; false for everything else: nobody, too late, another
  /// incarnation. Never fails.
  public CompletableFuture<Boolean> isAlive(NodeRecord node) {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    ManagedChannel channel;
    try {
      channel = channels.open(node);
    } catch (RuntimeException unusable) {
      return CompletableFuture.completedFuture(false);
    }
    CompletableFuture<Boolean> told = answer.whenComplete((_, _) -> channel.shutdownNow());
    ProbeServiceGrpc.newStub(channel)
        .withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS)
        .probe(ProbeRequest.getDefaultInstance(), new Answer(node, answer));
    return told;
  }

  private record Answer(NodeRecord asked, CompletableFuture<Boolean> alive) implements StreamObserver<ProbeResponse> {
    @Override
    public void onNext(ProbeResponse response) {
      alive.complete(response.getIncarnation().equals(asked.incarnation()));
    }

    @Override
    public void onError(Throwable failure) {
      alive.complete(false);
    }

    @Override
    public void onCompleted() {
      alive.complete(false);
    }
  }
}
