package chasqui.client;

import chasqui.client.session.StreamEnd;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.EdgeServiceGrpc;
import chasqui.edge.v1.ServerFrame;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// The gRPC side of a session's streams. Its methods are called by one thread at a time (the client's serial context),
/// so each stream has one writer; what gRPC reports goes to the [Inbox], on gRPC's threads.
final class StreamTransport {
  /// Frames that gRPC may hand over before the session has dealt with the first.
  private static final int INBOUND_FRAMES = 16;

  /// Where reports go. Each must arrange to be dealt with in the serial context.
  interface Inbox {
    void writable();

    void frame(long stream, ServerFrame frame);

    void ended(long stream, StreamEnd end);
  }

  private record Open(ClientCall<ClientFrame, ServerFrame> call, ManagedChannel channel) {}

  private final List<Endpoint> endpoints;
  private final ChannelSource channels;
  private final FrameTap tap;
  private final Inbox inbox;
  private final SequencedMap<Long, Open> open = new LinkedHashMap<>();
  private boolean paused;

  /// Frames dealt with while paused: asked for again on resume.
  private final Map<Long, Integer> owed = new LinkedHashMap<>();

  StreamTransport(List<Endpoint> endpoints, ChannelSource channels, FrameTap tap, Inbox inbox) {
    this.endpoints = endpoints;
    this.channels = channels;
    this.tap = tap;
    this.inbox = inbox;
  }

  void open(long stream, int endpoint) {
    var channel = channels.open(endpoints.get(endpoint));
    var call = channel.newCall(EdgeServiceGrpc.getConnectMethod(), CallOptions.DEFAULT);
    open.put(stream, new Open(call, channel));
    call.start(new Reports(stream), new Metadata());
    call.request(INBOUND_FRAMES);
  }

  boolean isReady(long stream) {
    var at = open.get(stream);
    return at != null && at.call.isReady();
  }

  void write(long stream, ClientFrame frame) {
    tap.sent(stream, frame);
    open.get(stream).call.sendMessage(frame);
  }

  void halfClose(long stream) {
    var at = open.get(stream);
    if (at != null) {
      at.call.halfClose();
    }
  }

  void cancel(long stream, String why) {
    var at = open.remove(stream);
    owed.remove(stream);
    if (at != null) {
      at.call.cancel(why, null);
      channels.release(at.channel);
    }
  }

  /// A frame was dealt with: gRPC may bring another one.
  void dealtWith(long stream) {
    var at = open.get(stream);
    if (at == null) {
      return;
    }
    if (paused) {
      owed.merge(stream, 1, Integer::sum);
    } else {
      at.call.request(1);
    }
  }

  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
    owed.forEach((stream, frames) -> Optional.ofNullable(open.get(stream)).ifPresent(at -> at.call.request(frames)));
    owed.clear();
  }

  boolean isPaused() {
    return paused;
  }

  /// The stream ended: lets go of its connection.
  void ended(long stream) {
    var at = open.remove(stream);
    owed.remove(stream);
    if (at != null) {
      channels.release(at.channel);
    }
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  void cancelAll(String why) {
    List.copyOf(open.keySet()).forEach(stream -> cancel(stream, why));
  }

  /// The connection of the newest stream, for unary calls.
  Optional<ManagedChannel> newestChannel() {
    return open.isEmpty() ? Optional.empty() : Optional.of(open.lastEntry().getValue().channel);
  }

  private final class Reports extends ClientCall.Listener<ServerFrame> {
    private final long stream;

    Reports(long stream) {
      this.stream = stream;
    }

    @Override
    public void onReady() {
      inbox.writable();
    }

    @Override
    public void onMessage(ServerFrame frame) {
      tap.received(stream, frame);
      inbox.frame(stream, frame);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      inbox.ended(stream, Failures.read(status, trailers));
    }
  }
}
