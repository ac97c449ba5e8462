package chasqui.client.session;

import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.Send;
import chasqui.edge.v1.ServerFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// A session in simulated time: the test plays server, disk, token source and clock.
final class Harness implements SessionEffects {
  record Shown(Position position, int entries) {}

  final SessionCore core;
  long nowMs = 1_000;

  /// Frames written, by stream; the keys are the streams ever opened.
  final Map<Long, List<ClientFrame>> written = new TreeMap<>();

  final Map<Long, Integer> endpoints = new TreeMap<>();
  final List<Long> halfClosed = new ArrayList<>();
  final List<Long> cancelled = new ArrayList<>();
  final List<Boolean> tokenRequests = new ArrayList<>();
  final LinkedHashMap<Long, StoreRecord> records = new LinkedHashMap<>();
  final List<ClientEvent> events = new ArrayList<>();
  final ArrayDeque<Shown> toShow = new ArrayDeque<>();
  final List<Long> synced = new ArrayList<>();

  /// What the surroundings do by themselves unless a test takes it in hand.
  boolean ready = true;

  boolean tokensAtOnce = true;
  boolean durableAtOnce = true;
  boolean listenerAtOnce = true;
  private boolean tokenAsked;
  private long syncAsked;
  private long wakeAtMs = Long.MAX_VALUE;

  Harness(DurableState restored, int endpoints, SessionBounds bounds) {
    core = new SessionCore(new SessionConfig("a1", "test", endpoints, bounds), restored, new Random(7), this);
  }

  static Harness started() {
    return started(SessionBounds.DEFAULTS);
  }

  static Harness started(SessionBounds bounds) {
    var harness = new Harness(DurableState.EMPTY, 2, bounds);
    harness.start();
    return harness;
  }

  /// Started, with its first stream welcomed and caught up.
  static Harness live() {
    return live(SessionBounds.DEFAULTS);
  }

  static Harness live(SessionBounds bounds) {
    var harness = started(bounds);
    harness.welcome(1);
    return harness;
  }

  void start() {
    core.start(nowMs);
    play();
  }

  void welcome(long stream) {
    frame(stream, chasqui.client.Frames.welcome());
    frame(stream, chasqui.client.Frames.caughtUp());
  }

  void frame(long stream, ServerFrame frame) {
    core.onFrame(stream, frame, nowMs);
    play();
  }

  void ended(long stream, StreamEnd end) {
    core.onStreamEnded(stream, end, nowMs);
    play();
  }

  Submission submit(String text) {
    return submit(chasqui.client.Frames.CONVERSATION, text);
  }

  Submission submit(String conversation, String text) {
    var submission = core.submit(conversation, chasqui.client.Frames.text(text), nowMs);
    play();
    return submission;
  }

  void writable() {
    core.onWritable(nowMs);
    play();
  }

  /// Lets time pass, with every wake-up on the way.
  void pass(long millis) {
    long end = nowMs + millis;
    while (wakeAtMs <= end) {
      nowMs = Math.max(nowMs, wakeAtMs);
      wakeAtMs = Long.MAX_VALUE;
      core.onTimer(nowMs);
      play();
      if (wakeAtMs <= nowMs) {
        throw new AssertionError("asked to be woken in the past: " + wakeAtMs + " at " + nowMs);
      }
    }
    nowMs = end;
  }

  /// Lets time pass until a stream is opened.
  void passUntilOpened(long stream) {
    for (int i = 0; i < 10_000 && !written.containsKey(stream); i++) {
      pass(5);
    }
    if (!written.containsKey(stream)) {
      throw new AssertionError("stream " + stream + " was not opened");
    }
  }

  /// What the surroundings answer, until there is nothing left to answer.
  void play() {
    boolean again = true;
    while (again) {
      again = false;
      if (tokenAsked && tokensAtOnce) {
        tokenAsked = false;
        core.onToken("token", nowMs);
        again = true;
      }
      if (syncAsked > 0 && durableAtOnce) {
        makeDurable();
        again = true;
      }
      while (listenerAtOnce && !toShow.isEmpty()) {
        showOne();
        again = true;
      }
    }
  }

  void makeDurable() {
    long upTo = syncAsked;
    syncAsked = 0;
    core.onDurable(upTo, nowMs);
  }

  void showOne() {
    var shown = toShow.poll();
    core.onShown(shown.position(), shown.entries(), nowMs);
  }

  List<Send> sends(long stream) {
    return written.get(stream).stream().filter(ClientFrame::hasSend).map(ClientFrame::getSend).toList();
  }

  List<ClientFrame> frames(long stream, ClientFrame.FrameCase kind) {
    return written.get(stream).stream().filter(frame -> frame.getFrameCase() == kind).toList();
  }

  <E extends ClientEvent> List<E> events(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  List<Long> seqs() {
    return events(ClientEvent.EntryReceived.class).stream().map(event -> event.entry().getSeq()).toList();
  }

  /// What a crash now would leave on disk.
  DurableState crashed() {
    long counter = 0;
    long connectNumber = 0;
    var unanswered = new LinkedHashMap<com.google.protobuf.ByteString, Send>();
    var positions = new LinkedHashMap<String, Position>();
    for (var record : records.values()) {
      switch (record) {
        case StoreRecord.Queued(var send) -> {
          unanswered.put(send.getClientMessageId(), send);
          counter = MessageIds.counter(send.getClientMessageId());
        }
        case StoreRecord.Answered(var id) -> unanswered.remove(id);
        case StoreRecord.Connecting(long number) -> connectNumber = number;
        case StoreRecord.Reached(var position) -> positions.put(position.getConversationId(), position);
      }
    }
    return new DurableState(counter, connectNumber, List.copyOf(unanswered.values()), positions);
  }

  @Override
  public void open(long stream, int endpoint) {
    written.put(stream, new ArrayList<>());
    endpoints.put(stream, endpoint);
  }

  @Override
  public boolean isReady(long stream) {
    return ready;
  }

  @Override
  public void write(long stream, ClientFrame frame) {
    if (!ready) {
      throw new AssertionError("written while not ready");
    }
    written.get(stream).add(frame);
  }

  @Override
  public void halfClose(long stream) {
    halfClosed.add(stream);
  }

  @Override
  public void cancel(long stream, String why) {
    cancelled.add(stream);
  }

  @Override
  public void requestToken(boolean fresh) {
    tokenRequests.add(fresh);
    tokenAsked = true;
  }

  @Override
  public void store(long number, StoreRecord record, boolean sync) {
    records.put(number, record);
    if (sync) {
      syncAsked = number;
      synced.add(number);
    }
  }

  @Override
  public void emit(ClientEvent event) {
    events.add(event);
  }

  @Override
  public void reached(Position position, int entries) {
    toShow.add(new Shown(position, entries));
  }

  @Override
  public void wakeAt(long atMillis) {
    wakeAtMs = atMillis;
  }
}
