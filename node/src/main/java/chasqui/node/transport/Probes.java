package chasqui.node.transport;

import chasqui.cluster.v1.ProbeRequest;
import chasqui.cluster.v1.ProbeResponse;
import chasqui.cluster.v1.ProbeServiceGrpc;
import io.grpc.stub.StreamObserver;

/// Says that this node is alive, and in which of its lives.
public final class Probes extends ProbeServiceGrpc.ProbeServiceImplBase {

  private final ProbeResponse here;

  public Probes(String incarnation) {
    here = ProbeResponse.newBuilder().setIncarnation(incarnation).build();
  }

  @Override
  public void probe(ProbeRequest request, StreamObserver<ProbeResponse> responses) {
    responses.onNext(here);
    responses.onCompleted();
  }
}
