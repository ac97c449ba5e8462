package chasqui.drills.fuzz.town;

import chasqui.cluster.v1.ProbeServiceGrpc;
import chasqui.drills.faults.wire.ClientApi;
import chasqui.drills.faults.wire.RawStream;
import chasqui.drills.faults.wire.Refusal;
import chasqui.drills.fuzz.input.Script;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Heartbeat;
import chasqui.edge.v1.ServerFrame;
import chasqui.error.v1.Reason;
import chasqui.testkit.sim.SimNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Zora's side of an input: what she sends, and what she must never get back.
final class Peer implements Script.Player {

  private static final List<MethodDescriptor<?, ?>> METHODS = ClientApi.methods().stream()
      .filter(method -> method.getType() == MethodType.UNARY)
      // Nodes ask it of each other, on a port that no client reaches; a simulated node has one place for all.
      .filter(method -> !ProbeServiceGrpc.SERVICE_NAME.equals(method.getServiceName()))
      .sorted(Comparator.comparing(MethodDescriptor::getFullMethodName)).toList();
  private static final int CONNECTS_MAX = 4;
  private static final long SIGN = 0x5160;

  private record Call(MethodDescriptor<?, ?> method, CompletableFuture<ClientApi.Answer> answer) {}

  private final Town town;
  private final SimNode node;
  private final List<RawStream> streams = new ArrayList<>();
  private final List<Call> calls = new ArrayList<>();
  private long connects;
  private int device;
  private boolean caughtUp;
  private boolean answered;
  private boolean stays;

  Peer(Town town) {
    this.town = town;
    node = town.newNode(Town.ZORA);
  }

  /// Is online: still, or again. What inputs did before may stand in the way for a while, or for this device.
  boolean arrives() {
    calls.clear();
    if (!streams.isEmpty()) {
      return true;
    }
    for (int i = 0; i < CONNECTS_MAX; i++) {
      streams.clear();
      caughtUp = false;
      open(true);
      if (town.pass(5 * Town.SECOND, () -> caughtUp || stream().end().isPresent()) && caughtUp) {
        return true;
      }
      device++;
      town.pass(2 * Town.SECOND);
    }
    return false;
  }

  private RawStream stream() {
    return streams.getLast();
  }

  private void on(RawStream.Arrival arrival) {
    ServerFrame frame = arrival.frame();
    caughtUp |= frame.hasCaughtUp();
    answered |= frame.getHeartbeat().getNonce() == SIGN;
    Town.require(frame.getError().getReason() != Reason.REASON_INTERNAL, () -> "the peer was told " + frame);
    mustBeDiscreet(frame.toByteArray());
  }

  private static void mustBeDiscreet(byte[] answer) {
    String text = new String(answer, StandardCharsets.ISO_8859_1);
    Town.require(!text.contains(Neighbour.WORD), () -> "the peer was sent what others told each other");
    Town.require(!text.contains("Exception") && !text.contains("\tat "), () -> "the peer was sent an exception: " + text);
  }

  // ---- What she does ----

  @Override
  public void frame(byte[] bytes) {
    RawStream stream = stream();
    node.execute(() -> stream.sendBytes(bytes));
  }

  @Override
  public void pause(long millis) {
    town.pass(millis * Town.MILLI);
  }

  @Override
  public Descriptor request(int method) {
    return ((Message) ((PrototypeMarshaller<?>) of(method).getRequestMarshaller()).getMessagePrototype()).getDescriptorForType();
  }

  private static MethodDescriptor<?, ?> of(int method) {
    return METHODS.get(method % METHODS.size());
  }

  @Override
  public void call(int method, Script.Credential credential, byte[] request) {
    Metadata headers = switch (credential) {
      case GOOD -> ClientApi.bearer(town.token(Town.ZORA));
      case ENDED -> ClientApi.bearer(town.endedToken(Town.ZORA));
      case NONE -> new Metadata();
    };
    node.execute(() -> calls.add(new Call(of(method), ClientApi.begin(town.channel(node), of(method), headers, request))));
  }

  @Override
  public void halfClose() {
    stays = false;
    RawStream stream = stream();
    node.execute(stream::halfClose);
  }

  @Override
  public void cancel() {
    stays = false;
    RawStream stream = stream();
    node.execute(stream::cancel);
  }

  @Override
  public void open(boolean greets) {
    stays = streams.isEmpty();
    RawStream stream = RawStream.open(town.channel(node)).handingTo(this::on);
    streams.add(stream);
    if (greets) {
      long number = ++connects;
      String name = "phone-" + device;
      node.execute(() -> stream.hello(town.token(Town.ZORA), name, number));
    }
  }

  // ---- What comes of it ----

  /// Each stream is ended with a status that tells nothing of the inside, or goes on; the last one, if it goes on, answers.
  /// Each call has its end.
  void judge() {
    answered = false;
    RawStream last = stream();
    frame(ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setNonce(SIGN)).build().toByteArray());
    Town.require(town.pass(15 * Town.SECOND, () -> answered || last.end().isPresent()),
        () -> "neither an end of the stream nor an answer");
    streams.forEach(stream -> stream.end().ifPresent(end -> mustBeFit("the stream", end.why())));
    Town.require(town.pass(15 * Town.SECOND, () -> calls.stream().allMatch(call -> call.answer().isDone())),
        () -> "no end of a call");
    for (Call call : calls) {
      ClientApi.Answer answer = call.answer().join();
      mustBeFit(call.method().getFullMethodName(), answer.end());
      if (answer.answer() != null) {
        mustBeDiscreet(answer.answer());
      }
    }
  }

  /// How the server may end things: well, or for a reason of ours.
  private static void mustBeFit(String what, Refusal end) {
    boolean ours = switch (end.code()) {
      case OK, CANCELLED -> true;
      case UNIMPLEMENTED -> end.reason() != Reason.REASON_INTERNAL;
      default -> end.reason() != Reason.REASON_UNSPECIFIED && end.reason() != Reason.REASON_INTERNAL;
    };
    Town.require(ours && !end.isIndiscreet(), () -> what + " ended with " + end);
  }

  /// Hangs up, unless all there is is the stream that she came with.
  void leave() {
    if (!stays || stream().end().isPresent()) {
      List<RawStream> all = List.copyOf(streams);
      streams.clear();
      node.execute(() -> all.forEach(RawStream::cancel));
      town.pass(50 * Town.MILLI);
    }
  }
}
