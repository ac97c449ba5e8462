package chasqui.drills.sim.mesh;

import chasqui.cluster.v1.ProbeRequest;
import chasqui.cluster.v1.ProbeResponse;
import chasqui.cluster.v1.ProbeServiceGrpc;
import io.grpc.stub.StreamObserver;

/// Answers probes by naming the incarnation that is there.
final class ProbeAnswers extends ProbeServiceGrpc.ProbeServiceImplBase {
  private final String incarnation;

  ProbeAnswers(String incarnation) {
    this.incarnation = incarnation;
  }

  @Override
  public void probe(ProbeRequest request, StreamObserver<ProbeResponse> answer) {
    answer.onNext(ProbeResponse.newBuilder().setIncarnation(incarnation).build());
    answer.onCompleted();
  }
}
