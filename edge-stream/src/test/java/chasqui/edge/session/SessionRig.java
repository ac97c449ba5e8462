package chasqui.edge.session;

import chasqui.discovery.Slots;
import chasqui.edge.FakeOwner;
import chasqui.edge.TokenVerifier;
import chasqui.edge.budget.BudgetLimits;
import chasqui.edge.budget.Budgets;
import chasqui.edge.v1.Ack;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Hello;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.Send;
import chasqui.error.v1.Reason;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.registry.v1.Announced;
import chasqui.router.v1.Fanout;
import chasqui.router.v1.TypingSignalled;
import com.google.protobuf.ByteString;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/// A session with a fake device, router, owner and registry, and time that moves by hand. Answers wait until
/// {@link #run} hands them over, one after the other.
final class SessionRig implements RouterPort, RegistryPort, PresencePort, SessionMetrics {

  /// A request that waits for its answer.
  record Waiting(MailboxRequest request, RouterPort.Answer answer) {}

  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  static final long EXPIRES = START.getEpochSecond() + 3600;
  private static final FrameCheck CHECK = new HotFrameCheck(new SchemaCheck());

  final FakeSink sink = new FakeSink();
  final FakeOwner owner = new FakeOwner();
  final Deque<Waiting> waiting = new ArrayDeque<>();
  final List<MailboxRequest> asked = new ArrayList<>();
  final List<RegistryPort.Card> announced = new ArrayList<>();
  final List<RegistryPort.Card> withdrawn = new ArrayList<>();
  final Map<Oddity, Integer> oddities = new EnumMap<>(Oddity.class);
  final Map<EphemeralDrop, Integer> dropped = new EnumMap<>(EphemeralDrop.class);
  final List<String> signals = new ArrayList<>();
  final List<String> presences = new ArrayList<>();
  Set<String> watched = Set.of();
  final StreamSession session;
  /// Whether the link to the router takes signals.
  boolean linkTakes = true;
  /// Requests that are not taken from here on.
  Predicate<MailboxRequest> full = request -> false;
  /// Requests that are held back by {@link #run}.
  Predicate<MailboxRequest> held = request -> false;
  Announced announcement = Announced.getDefaultInstance();
  TokenVerifier.Verdict verdict = new TokenVerifier.Identity("alice", START.getEpochSecond() - 10, EXPIRES);
  RegistryPort.Answer announceAnswer;
  long now = 1_000_000;
  int sends;

  SessionRig() {
    this(SessionLimits.DEFAULT);
  }

  SessionRig(SessionLimits limits) {
    this(limits, BudgetLimits.DEFAULT);
  }

  SessionRig(SessionLimits limits, BudgetLimits budgets) {
    this(limits, new Budgets(budgets, OpenTelemetry.noop().getMeter("test")));
  }

  SessionRig(SessionLimits limits, Budgets budgets) {
    session = new StreamSession(
        7, sink, new SessionPorts(this, this, this),
        new SessionShared(limits, token -> verdict, CHECK, this::wall, new SplittableRandom(1), this, budgets), now);
    owner.device = owner.device.toBuilder().setSyncedMicros(START.toEpochMilli() * 1000 - 1).build();
    owner.stampMicros = START.toEpochMilli() * 1000;
  }

  private Instant wall() {
    return START.plusMillis(now - 1_000_000);
  }

  // ---- The device ----

  SessionRig hello() {
    receive(ClientFrame.newBuilder().setHello(
        Hello.newBuilder().setProtocolVersion(1).setToken("t").setDeviceId("phone").setConnectNumber(3)).build());
    return this;
  }

  /// A session that stands and has caught up.
  SessionRig live() {
    hello();
    confirm();
    return run();
  }

  void receive(ClientFrame frame) {
    session.on(new SessionEvent.Received(frame), now);
  }

  void send(String conversationId, String text) {
    byte[] id = new byte[20];
    id[7] = (byte) ++sends;
    receive(ClientFrame.newBuilder().setSend(Send.newBuilder()
        .setConversationId(conversationId)
        .setClientMessageId(ByteString.copyFrom(id))
        .setMessage(Message.newBuilder().setText(TextContent.newBuilder().setText(text)))).build());
  }

  void ack(String conversationId, long seq) {
    ack(conversationId, 1, seq);
  }

  void ack(String conversationId, long generation, long seq) {
    receive(ClientFrame.newBuilder().setAck(Ack.newBuilder().addPositions(
        Position.newBuilder().setConversationId(conversationId).setGeneration(generation).setSeq(seq))).build());
  }

  // ---- The others ----

  /// The registry answers the announcement.
  void confirm() {
    announceAnswer.answered(announcement, now);
  }

  /// An entry is committed and pushed.
  void pushNew(String conversationId, String text) {
    push(conversationId, owner.append(conversationId, text));
    endOfBatch();
  }

  void push(String conversationId, Entry entry) {
    session.on(new SessionEvent.Pushed(new Push(Fanout.newBuilder()
        .setConversationId(conversationId).setGeneration(owner.log(conversationId).generation)
        .setHead(entry.getSeq()).setEntry(entry).build())), now);
  }

  void pushHead(String conversationId, long head) {
    session.on(new SessionEvent.Pushed(new Push(Fanout.newBuilder()
        .setConversationId(conversationId).setGeneration(owner.log(conversationId).generation).setHead(head).build())), now);
    endOfBatch();
  }

  void endOfBatch() {
    session.on(Signal.END_OF_BATCH, now);
  }

  /// Answers what waits, and what is asked because of it, except what is held back.
  SessionRig run() {
    boolean answered = true;
    while (answered) {
      answered = false;
      for (Waiting next : List.copyOf(waiting)) {
        if (!held.test(next.request)) {
          waiting.remove(next);
          next.answer.answered(owner.answer(next.request), now);
          answered = true;
        }
      }
    }
    return this;
  }

  /// Answers the oldest waiting request of a kind in a given way.
  void answer(MailboxRequest.OperationCase kind, MailboxResponse response) {
    Waiting next = waiting.stream().filter(w -> w.request.getOperationCase() == kind).findFirst().orElseThrow();
    waiting.remove(next);
    next.answer.answered(response, now);
  }

  /// Lets time pass, with a tick every second and all answers given.
  SessionRig pass(Duration time) {
    long end = now + time.toMillis();
    while (now < end && !session.isEnded()) {
      now = Math.min(end, now + 1000);
      session.on(Signal.TICK, now);
      run();
    }
    return this;
  }

  /// As {@link #pass}, with a device that gives signs of life.
  SessionRig passAlive(Duration time) {
    long end = now + time.toMillis();
    while (now < end && !session.isEnded()) {
      receive(ClientFrame.newBuilder().setHeartbeat(chasqui.edge.v1.Heartbeat.newBuilder().setNonce(9)).build());
      pass(Duration.ofMillis(Math.min(5000, end - now)));
    }
    return this;
  }

  void writable(int room) {
    sink.room = room;
    session.on(Signal.WRITABLE, now);
  }

  List<MailboxRequest> asked(MailboxRequest.OperationCase kind) {
    return asked.stream().filter(request -> request.getOperationCase() == kind).toList();
  }

  Reason ended() {
    return sink.end == null ? null : sink.end.reason();
  }

  // ---- Ports ----

  @Override
  public Taken request(MailboxRequest.Builder request, RouterPort.Answer answer) {
    MailboxRequest built = request.build();
    if (full.test(built)) {
      return Taken.FULL;
    }
    asked.add(built);
    waiting.add(new Waiting(built, answer));
    return Taken.TAKEN;
  }

  @Override
  public void here(Card card) {
    presences.add("here " + card.userId());
  }

  @Override
  public void left(Card card, long silentMillis) {
    presences.add("left " + card.userId() + " " + silentMillis);
  }

  @Override
  public void watch(long sessionId, Set<String> userIds) {
    watched = userIds;
  }

  @Override
  public boolean typing(TypingSignalled signal) {
    signals.add((signal.getTyping() ? "+" : "-") + signal.getUserId() + "@" + signal.getConversationId());
    return linkTakes;
  }

  @Override
  public void ephemeralDropped(EphemeralDrop cause) {
    dropped.merge(cause, 1, Integer::sum);
  }

  @Override
  public int slotOf(String conversationId) {
    return new Slots(1024).of(conversationId);
  }

  @Override
  public void announce(Card card, RegistryPort.Answer answer) {
    announced.add(card);
    announceAnswer = answer;
  }

  @Override
  public void withdraw(Card card) {
    withdrawn.add(card);
  }

  @Override
  public void odd(Oddity oddity) {
    oddities.merge(oddity, 1, Integer::sum);
  }
}
