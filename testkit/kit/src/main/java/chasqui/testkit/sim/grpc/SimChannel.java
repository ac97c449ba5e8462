package chasqui.testkit.sim.grpc;

import chasqui.testkit.sim.ConnectionListener;
import chasqui.testkit.sim.SimConnection;
import chasqui.testkit.sim.SimNetwork;
import chasqui.testkit.sim.SimNode;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.util.concurrent.TimeUnit;

/// A gRPC channel from one simulated node to another, for generated stubs.
public final class SimChannel extends ManagedChannel {
  private final SimNetwork network;
  private final SimNode from;
  private final String to;
  private final long keepAliveNanos;
  private boolean shutdown;

  public SimChannel(SimNetwork network, SimNode from, String to) {
    this(network, from, to, 0);
  }

  /// @param keepAliveNanos how long a connection may be broken before its ends find out; 0 for any time
  public SimChannel(SimNetwork network, SimNode from, String to, long keepAliveNanos) {
    this.network = network;
    this.from = from;
    this.to = to;
    this.keepAliveNanos = keepAliveNanos;
  }

  @Override
  public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
    return new SimClientCall<>(this, from, method, options);
  }

  SimConnection connect(ConnectionListener listener) {
    SimConnection connection = network.connect(from, to, listener);
    connection.keepAlive(keepAliveNanos);
    return connection;
  }

  @Override
  public String authority() {
    return to;
  }

  /// Calls under way go on, as in gRPC; nobody may begin another.
  @Override
  public ManagedChannel shutdown() {
    shutdown = true;
    return this;
  }

  @Override
  public ManagedChannel shutdownNow() {
    return shutdown();
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return shutdown;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return shutdown;
  }
}
