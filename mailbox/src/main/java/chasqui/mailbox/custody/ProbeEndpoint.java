package chasqui.mailbox.custody;

import chasqui.cluster.v1.ProbeRequest;
import chasqui.cluster.v1.ProbeResponse;
import chasqui.cluster.v1.ProbeServiceGrpc;
import io.grpc.stub.StreamObserver;

/// Says who is there.
public final class ProbeEndpoint extends ProbeServiceGrpc.ProbeServiceImplBase {

  private final ProbeResponse answer;

  public ProbeEndpoint(String incarnation) {
    this.answer = ProbeResponse.newBuilder().setIncarnation(incarnation).build();
  }

  @Override
  public void probe(ProbeRequest request, StreamObserver<ProbeResponse> responses) {
    responses.onNext(answer);
    responses.onCompleted();
  }
}
