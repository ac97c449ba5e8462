package chasqui.edge.unary;

import chasqui.trace.v1.TraceDeliveryRequest;
import chasqui.trace.v1.TraceDeliveryResponse;
import chasqui.trace.v1.TraceServiceGrpc;
import io.grpc.stub.StreamObserver;

/// What became of an entry; only for internal services that it is granted to.
final class TraceRpc extends TraceServiceGrpc.TraceServiceImplBase {

  private final Calls calls;
  private final TraceDesk desk;

  TraceRpc(Calls calls, TraceDesk desk) {
    this.calls = calls;
    this.desk = desk;
  }

  @Override
  public void traceDelivery(TraceDeliveryRequest request, StreamObserver<TraceDeliveryResponse> observer) {
    calls.begin(observer, call -> desk.trace(request, call::ask, call::reply));
  }
}
