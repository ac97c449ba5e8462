package chasqui.testkit.sim.grpc;

import chasqui.testkit.sim.SimNetwork;
import chasqui.testkit.sim.SimNode;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;

/// A gRPC channel from one simulated node to another, for generated stubs.
public final class SimChannel extends Channel {
  private final SimNetwork network;
  private final SimNode from;
  private final String to;

  public SimChannel(SimNetwork network, SimNode from, String to) {
    this.network = network;
    this.from = from;
    this.to = to;
  }

  @Override
  public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
    return new SimClientCall<>(network, from, to, method, options);
  }

  @Override
  public String authority() {
    return to;
  }
}
