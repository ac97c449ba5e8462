package chasqui.drills.sim.device;

import chasqui.client.FrameTap;
import chasqui.client.session.StreamEnd;
import chasqui.drills.sim.mesh.StreamEnds;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.EdgeServiceGrpc;
import chasqui.edge.v1.ServerFrame;
import chasqui.testkit.sim.SimNetwork;
import chasqui.testkit.sim.SimNode;
import chasqui.testkit.sim.grpc.SimChannel;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import java.util.TreeMap;

/// The streams of one run of a device, each a gRPC call of its own.
final class Streams {
  /// Frames that may come before the first of them was dealt with.
  private static final int INBOUND_FRAMES = 16;

  /// What streams report, each as a task of the device.
  interface Inbox {
    void writable();

    void frame(long stream, ServerFrame frame);

    void ended(long stream, StreamEnd end);
  }

  private final SimNetwork network;
  private final SimNode node;
  private final List<String> edges;
  private final FrameTap tap;
  private final Inbox inbox;
  private final TreeMap<Long, ClientCall<ClientFrame, ServerFrame>> open = new TreeMap<>();
  private final TreeMap<Long, Integer> owed = new TreeMap<>();
  private boolean paused;

  Streams(SimNetwork network, SimNode node, List<String> edges, FrameTap tap, Inbox inbox) {
    this.network = network;
    this.node = node;
    this.edges = List.copyOf(edges);
    this.tap = tap;
    this.inbox = inbox;
  }

  void open(long stream, int endpoint) {
    ClientCall<ClientFrame, ServerFrame> call = new SimChannel(network, node, edges.get(endpoint))
        .newCall(EdgeServiceGrpc.getConnectMethod(), CallOptions.DEFAULT);
    open.put(stream, call);
    call.start(new Reports(stream), new Metadata());
    call.request(INBOUND_FRAMES);
  }

  boolean isReady(long stream) {
    ClientCall<ClientFrame, ServerFrame> call = open.get(stream);
    return call != null && call.isReady();
  }

  void write(long stream, ClientFrame frame) {
    tap.sent(stream, frame);
    open.get(stream).sendMessage(frame);
  }

  void halfClose(long stream) {
    ClientCall<ClientFrame, ServerFrame> call = open.get(stream);
    if (call != null) {
      call.halfClose();
    }
  }

  void cancel(long stream, String why) {
    ClientCall<ClientFrame, ServerFrame> call = open.remove(stream);
    owed.remove(stream);
    if (call != null) {
      call.cancel(why, null);
    }
  }

  void cancelAll(String why) {
    List.copyOf(open.keySet()).forEach(stream -> cancel(stream, why));
  }

  /// The device takes no more frames for a while.
  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
    TreeMap<Long, Integer> frames = new TreeMap<>(owed);
    owed.clear();
    frames.forEach((stream, count) -> open.get(stream).request(count));
  }

  boolean isPaused() {
    return paused;
  }

  private final class Reports extends ClientCall.Listener<ServerFrame> {
    private final long stream;

    Reports(long stream) {
      this.stream = stream;
    }

    @Override
    public void onReady() {
      node.execute(inbox::writable);
    }

    @Override
    public void onMessage(ServerFrame frame) {
      if (!open.containsKey(stream)) {
        return;
      }
      tap.received(stream, frame);
      inbox.frame(stream, frame);
      dealtWith();
    }

    private void dealtWith() {
      ClientCall<ClientFrame, ServerFrame> call = open.get(stream);
      if (call == null) {
        return;
      }
      if (paused) {
        owed.merge(stream, 1, Integer::sum);
      } else {
        call.request(1);
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      owed.remove(stream);
      if (open.remove(stream) != null) {
        inbox.ended(stream, StreamEnds.read(status, trailers));
      }
    }
  }
}
