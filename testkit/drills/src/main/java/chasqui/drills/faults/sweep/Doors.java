package chasqui.drills.faults.sweep;

import chasqui.conversation.v1.CreateDirectRequest;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.wire.ClientApi;
import chasqui.drills.faults.wire.RawStream;
import chasqui.drills.fleet.Deadline;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Heartbeat;
import chasqui.edge.v1.ReceiptKind;
import chasqui.edge.v1.ServerFrame;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The ways in that the attacker has: every unary RPC that the node serves, and the stream. For one thread.
final class Doors {

  private static final Duration QUIET = Duration.ofMillis(120);
  // What an own id is granted by may have to be looked up first.
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final String token;
  private final Channel channel;
  private final Map<Descriptor, MethodDescriptor<?, ?>> methods = new LinkedHashMap<>();
  // Conversations that the attacker was lawfully in.
  private final Set<String> shared = new HashSet<>();
  private RawStream stream;
  private int streams;
  // How long an answer is waited for.
  private Duration quiet = QUIET;
  private long nonce;

  Doors(Ground ground, String user) {
    this.token = ground.token(user);
    this.channel = ground.channel();
    // By somebody else: among what is called to see whether it is there is the sign-out of the caller.
    for (MethodDescriptor<?, ?> method : ClientApi.unary(channel, ground.token(ground.user("scout")))) {
      methods.put(schema(method).getInputType(), method);
    }
  }

  /// The roots of all requests. Last the one that opens a 1:1 conversation with the victim: from then on the attacker may
  /// lawfully be told whether the victim is online.
  List<Descriptor> roots() {
    List<Descriptor> roots = new ArrayList<>(methods.keySet());
    roots.add(ClientFrame.getDescriptor());
    if (roots.remove(CreateDirectRequest.getDescriptor())) {
      roots.add(CreateDirectRequest.getDescriptor());
    }
    return roots;
  }

  Answer knock(Probe probe, Blurred blur) {
    shared.add(probe.own().conversation());
    return isFrame(probe) ? frame(probe, blur, quiet, answers -> false) : call(probe, blur);
  }

  /// With an own id, before somebody who may be told of it and of whom it may be told: whatever is granted is noticed, be
  /// it by those two only.
  Answer knock(Probe probe, Blurred blur, RawStream peer) {
    shared.add(probe.own().conversation());
    if (!isFrame(probe)) {
      return call(probe, blur);
    }
    BooleanSupplier told = () -> peer.arrivals().stream().anyMatch(arrival -> arrival.frame().hasTyping());
    long begun = System.nanoTime();
    Answer answer = frame(probe, blur, PATIENCE, answers -> !answers.isEmpty() || told.getAsBoolean());
    Answer granted = told.getAsBoolean() ? new Answer(true, answer.blurred(), answer.raw()) : answer;
    // What took an own id so long would take another's as long.
    long needed = granted.granted() ? 2 * (System.nanoTime() - begun) : 0;
    quiet = Duration.ofNanos(Math.max(QUIET.toNanos(), needed));
    return granted;
  }

  private static boolean isFrame(Probe probe) {
    return probe.path().root().equals(ClientFrame.getDescriptor());
  }

  private Answer call(Probe probe, Blurred blur) {
    MethodDescriptor<?, ?> method = methods.get(probe.path().root());
    ClientApi.Answer answer = ClientApi.call(channel, method, ClientApi.bearer(token), probe.bytes());
    if (answer.answer() == null) {
      return new Answer(false, blur.of(answer.end() + " " + answer.end().details()), answer.end().toString());
    }
    try {
      DynamicMessage response = DynamicMessage.parseFrom(schema(method).getOutputType(), answer.answer());
      return new Answer(true, blur.of(response), response.toString());
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalStateException(method.getFullMethodName() + " answered with what is no message", damaged);
    }
  }

  /// A frame, and what the stream says until a sign of life behind it is answered, and a moment longer.
  ///
  /// @param patience how long that is at the most
  /// @param done what ends it before
  private Answer frame(Probe probe, Blurred blur, Duration patience, Predicate<List<ServerFrame>> done) {
    if (probe.path().fields().getFirst().getName().equals("hello")) {
      return hello(probe, blur);
    }
    if (stream == null || stream.end().isPresent()) {
      stream = RawStream.open(channel).welcomed(token, "sweeper", ++streams);
    }
    int before = stream.arrivals().size();
    long fence = ++nonce;
    stream.sendBytes(probe.bytes());
    stream.send(ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setNonce(fence)).build());
    var _ = stream.await(frame -> frame.hasHeartbeat() && frame.getHeartbeat().getNonce() == fence);
    RawStream on = stream;
    Supplier<List<ServerFrame>> answers = () -> on.arrivals().stream().skip(before).map(RawStream.Arrival::frame)
        .filter(this::isAnswer).toList();
    Deadline.await(patience, () -> done.test(answers.get()));
    List<ServerFrame> frames = answers.get();
    boolean granted = frames.stream().anyMatch(frame -> !frame.hasError() && !frame.hasSendRejected());
    String blurred = frames.stream().map(blur::of).collect(Collectors.joining())
        + blur.of(ended(stream));
    return new Answer(granted, blurred, frames.toString());
  }

  /// A first frame needs a stream of its own, and the token that stands in it.
  private Answer hello(Probe probe, Blurred blur) {
    try {
      ClientFrame.Builder frame = ClientFrame.parseFrom(probe.bytes()).toBuilder();
      frame.getHelloBuilder().setToken(token).clearCapabilities();
      RawStream own = RawStream.open(channel).send(frame.build());
      ServerFrame welcome = own.await(ServerFrame::hasWelcome).orElse(null);
      Answer answer = welcome == null
          ? new Answer(false, blur.of(ended(own)), ended(own))
          : new Answer(true, blur.of(welcome), welcome.toString());
      own.cancel();
      return answer;
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String ended(RawStream stream) {
    return stream.end().map(end -> end.why().toString()).orElse("");
  }

  /// What happens on the stream anyway is no answer.
  private boolean isAnswer(ServerFrame frame) {
    return switch (frame.getFrameCase()) {
      case HEARTBEAT, HEAD_MOVED, CAUGHT_UP, AUTH_EXPIRING, WELCOME -> false;
      case DELIVERY -> frame.getDelivery().getRequestId() != 0;
      // A read mark is answered by a read receipt; that others received something is told to members whenever they did.
      case RECEIPT -> frame.getReceipt().getKind() == ReceiptKind.RECEIPT_KIND_READ
          || !isShared(frame.getReceipt().getPosition().getConversationId());
      default -> true;
    };
  }

  // Also one that a probe before began with a peer: its entries came to the attacker, who is a member.
  private boolean isShared(String conversation) {
    return shared.contains(conversation) || stream.arrivals().stream().map(RawStream.Arrival::frame).anyMatch(
        frame -> frame.getDelivery().getConversationId().equals(conversation)
            || frame.getHeadMoved().getConversationId().equals(conversation));
  }

  /// Everything that the attacker's stream was ever sent.
  String heard() {
    return stream == null ? "" : stream.arrivals().toString();
  }

  private static com.google.protobuf.Descriptors.MethodDescriptor schema(MethodDescriptor<?, ?> method) {
    return ((ProtoMethodDescriptorSupplier) method.getSchemaDescriptor()).getMethodDescriptor();
  }
}
