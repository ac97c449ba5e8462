package chasqui.testkit.sim.grpc;

import chasqui.testkit.sim.ConnectionListener;
import chasqui.testkit.sim.SimConnection;
import chasqui.testkit.sim.SimNetwork;
import chasqui.testkit.sim.SimNode;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The gRPC services of a simulated node. Lives as long as the node's incarnation.
///
/// What a service throws ends the simulation: in a server it would become a status that nobody looks into.
public final class SimServer {
  private final Map<String, ServerMethodDefinition<?, ?>> methods = new HashMap<>();

  private SimServer(List<ServerServiceDefinition> services) {
    for (ServerServiceDefinition service : services) {
      service.getMethods().forEach(method -> methods.put(method.getMethodDescriptor().getFullMethodName(), method));
    }
  }

  /// Serves these on the node from now on. Interceptors are put around a service before, by `ServerInterceptors`.
  public static void serve(SimNetwork network, SimNode node, List<ServerServiceDefinition> services) {
    SimServer server = new SimServer(services);
    network.listen(node, server::accept);
  }

  public static void serve(SimNetwork network, SimNode node, BindableService... services) {
    serve(network, node, List.of(services).stream().map(BindableService::bindService).toList());
  }

  private ConnectionListener accept(SimConnection connection) {
    return new Unopened(connection);
  }

  /// Waits for the frame that says which method is called, then hands over to its call.
  private final class Unopened implements ConnectionListener {
    private final SimConnection connection;
    private SimServerCall<?, ?> call;

    Unopened(SimConnection connection) {
      this.connection = connection;
    }

    @Override
    public void onMessage(byte[] bytes) {
      Frames.Frame frame = Frames.decode(bytes);
      if (call != null) {
        call.onFrame(frame);
      } else if (frame instanceof Frames.Open(String name, Metadata headers)) {
        open(name, headers);
      }
    }

    private void open(String name, Metadata headers) {
      ServerMethodDefinition<?, ?> method = methods.get(name);
      if (method == null) {
        Status status = Status.UNIMPLEMENTED.withDescription("no method " + name);
        connection.send(Frames.encode(new Frames.Trailers(status, new Metadata())));
        connection.close();
      } else {
        call = SimServerCall.start(connection, method, headers);
      }
    }

    @Override
    public void onReady() {
      if (call != null) {
        call.onReady();
      }
    }

    @Override
    public void onClosed() {
      if (call != null) {
        call.onClosed();
      }
    }

    @Override
    public void onBroken(String why) {
      if (call != null) {
        call.onBroken();
      }
    }
  }
}
