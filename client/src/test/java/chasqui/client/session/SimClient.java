package chasqui.client.session;

import chasqui.client.Frames;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.ServerFrame;
import chasqui.error.v1.Reason;
import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;

/// One device and its server in simulated time: one thread, one queue of events by time, everything random from one seed.
/// The client crashes, its listener dawdles, its disk forgets what was not synced, its streams break, drain and jam.
final class SimClient implements SessionEffects {
  static final List<String> CONVERSATIONS = List.of("c1", "c2", "c3");

  private record Event(long atMs, long order, Runnable run) {}

  private final Random random;
  private final PriorityQueue<Event> events = new PriorityQueue<>(
      java.util.Comparator.comparingLong(Event::atMs).thenComparingLong(Event::order));
  final SimServer server;
  private long nowMs;
  private long order;
  private boolean faults = true;

  // What a crash does away with.
  private SessionCore core;
  private long incarnation;
  private final Map<Long, Long> arrivals = new HashMap<>();
  private final Set<Long> open = new HashSet<>();
  private long wakeAtMs = Long.MAX_VALUE;
  private final ArrayDeque<Runnable> listener = new ArrayDeque<>();
  private long jammedUntilMs;

  // The disk.
  private final List<StoreRecord> disk = new ArrayList<>();
  private final List<StoreRecord> unsynced = new ArrayList<>();

  // What the person saw.
  final Map<String, List<Long>> shown = new LinkedHashMap<>();
  private final Map<String, Long> shownByThisRun = new HashMap<>();
  final Set<ByteString> submitted = new HashSet<>();
  final Set<ByteString> accepted = new HashSet<>();
  int crashes;

  SimClient(long seed) {
    random = new Random(seed);
    server = new SimServer(random, this::toClient);
    boot();
  }

  private void later(long delayMs, Runnable run) {
    long born = incarnation;
    events.add(new Event(nowMs + delayMs, order++, () -> {
      if (born == incarnation) {
        run.run();
      }
    }));
  }

  void run(long forMs) {
    long end = nowMs + forMs;
    while (!events.isEmpty() && events.peek().atMs <= end) {
      var event = events.poll();
      nowMs = event.atMs;
      event.run.run();
    }
    nowMs = end;
  }

  /// No more faults from here on.
  void calm() {
    faults = false;
    server.moody = false;
    jammedUntilMs = 0;
    core.onWritable(nowMs);
  }

  void step() {
    var conversation = CONVERSATIONS.get(random.nextInt(CONVERSATIONS.size()));
    switch (random.nextInt(40)) {
      case 0 -> crash();
      case 1, 2 -> breakStreams();
      case 3 -> open.stream().max(Long::compare).ifPresent(stream -> toClient(stream, Frames.drain(random.nextInt(500))));
      case 4 -> jammedUntilMs = nowMs + random.nextInt(3_000);
      default -> {
        if (random.nextBoolean()) {
          server.othersSay(conversation);
        } else if (core.submit(conversation, Frames.text("m"), nowMs) instanceof Submission.Queued(var id)) {
          submitted.add(id);
        }
      }
    }
    run(random.nextInt(200));
    core.onWritable(nowMs);
  }

  private void boot() {
    core = new SessionCore(new SessionConfig("a1", "sim", 2, SessionBounds.DEFAULTS), restored(), random, this);
    core.start(nowMs);
  }

  private DurableState restored() {
    long counter = 0;
    long number = 0;
    var unanswered = new LinkedHashMap<ByteString, chasqui.edge.v1.Send>();
    var positions = new LinkedHashMap<String, Position>();
    for (var record : disk) {
      switch (record) {
        case StoreRecord.Queued(var send) -> {
          unanswered.put(send.getClientMessageId(), send);
          counter = MessageIds.counter(send.getClientMessageId());
        }
        case StoreRecord.Answered(var id) -> unanswered.remove(id);
        case StoreRecord.Connecting(long each) -> number = each;
        case StoreRecord.Reached(var position) -> positions.put(position.getConversationId(), position);
      }
    }
    return new DurableState(counter, number, List.copyOf(unanswered.values()), positions);
  }

  private void crash() {
    crashes++;
    incarnation++;
    open.forEach(server::ended);
    open.clear();
    listener.clear();
    arrivals.clear();
    onWire.clear();
    shownByThisRun.clear();
    jammedUntilMs = 0;
    // Some of what was not synced may have reached the disk all the same, from its beginning.
    var kept = unsynced.subList(0, random.nextInt(unsynced.size() + 1));
    kept.stream().filter(record -> !(record instanceof StoreRecord.Queued)).forEach(disk::add);
    kept.stream().filter(StoreRecord.Queued.class::isInstance).forEach(disk::add);
    unsynced.clear();
    // The number may be lost; the server would tell it. Here the client is spared the detour.
    disk.add(new StoreRecord.Connecting(highest));
    submitted.retainAll(onDisk());
    boot();
  }

  private Set<ByteString> onDisk() {
    var ids = new HashSet<ByteString>();
    disk.forEach(record -> {
      if (record instanceof StoreRecord.Queued(var send)) {
        ids.add(send.getClientMessageId());
      }
    });
    return ids;
  }

  private long highest;

  private void breakStreams() {
    for (long stream : List.copyOf(open)) {
      ended(stream, StreamEnd.of(Reason.REASON_UNAVAILABLE, "broken"));
    }
  }

  private void ended(long stream, StreamEnd end) {
    if (open.remove(stream)) {
      onWire.remove(stream);
      server.ended(stream);
      core.onStreamEnded(stream, end, nowMs);
    }
  }

  /// Frames of one stream arrive in order, after a while.
  private void toClient(long stream, ServerFrame frame) {
    inOrder(stream, () -> {
      if (open.contains(stream)) {
        var wire = onWire.computeIfAbsent(stream, _ -> new ArrayList<>());
        wire.remove(frame.hasSendRejected()
            ? frame.getSendRejected().getConversationId()
            : frame.getSendAccepted().getConversationId());
        core.onFrame(stream, frame, nowMs);
      }
    });
  }

  private void inOrder(long lane, Runnable run) {
    long at = Math.max(nowMs + random.nextInt(60), arrivals.getOrDefault(lane, 0L));
    arrivals.put(lane, at);
    later(at - nowMs, run);
  }

  @Override
  public void open(long stream, int endpoint) {
    highest = stream;
    if (open.size() > 2) {
      throw new AssertionError("three streams are open");
    }
    open.add(stream);
    server.opened(stream);
    if (faults && random.nextInt(6) == 0) {
      later(random.nextInt(100), () -> ended(stream, StreamEnd.of(Reason.REASON_UNAVAILABLE, "refused")));
    }
  }

  @Override
  public boolean isReady(long stream) {
    return nowMs >= jammedUntilMs;
  }

  /// The conversations with a message on the wire, by stream, as far as the client knows.
  private final Map<Long, List<String>> onWire = new HashMap<>();

  private void checkOneStream(long stream, chasqui.edge.v1.Send send) {
    open.stream().filter(other -> other != stream).forEach(other -> {
      if (onWire.getOrDefault(other, List.of()).contains(send.getConversationId())) {
        throw new AssertionError("messages of " + send.getConversationId() + " are on streams " + other + ", " + stream);
      }
    });
    var mine = onWire.computeIfAbsent(stream, _ -> new ArrayList<>());
    mine.add(send.getConversationId());
    if (mine.size() > 8) {
      throw new AssertionError("more than 8 messages are unanswered");
    }
  }

  @Override
  public void write(long stream, ClientFrame frame) {
    if (frame.hasSend()) {
      checkOneStream(stream, frame.getSend());
    }
    if (frame.hasSend() && !onDisk().contains(frame.getSend().getClientMessageId())) {
      throw new AssertionError("sent before it was durable");
    }
    inOrder(-stream, () -> {
      if (open.contains(stream)) {
        server.received(stream, frame);
      }
    });
  }

  @Override
  public void halfClose(long stream) {
    later(random.nextInt(100), () -> ended(stream, StreamEnd.of(Reason.REASON_UNSPECIFIED, "ended")));
  }

  @Override
  public void cancel(long stream, String why) {
    open.remove(stream);
    server.ended(stream);
  }

  @Override
  public void requestToken(boolean fresh) {
    later(random.nextInt(50), () -> core.onToken("t", nowMs));
  }

  @Override
  public void store(long number, StoreRecord record, boolean sync) {
    unsynced.add(record);
    if (sync) {
      int upTo = unsynced.size();
      long synced = number;
      var batch = List.copyOf(unsynced.subList(0, upTo));
      later(random.nextInt(20), () -> {
        if (unsynced.size() >= batch.size() && unsynced.subList(0, batch.size()).equals(batch)) {
          disk.addAll(batch);
          unsynced.subList(0, batch.size()).clear();
        } else {
          // An earlier sync took the beginning of it along.
          while (!unsynced.isEmpty() && batch.contains(unsynced.getFirst())) {
            disk.add(unsynced.removeFirst());
          }
        }
        core.onDurable(synced, nowMs);
      });
    }
  }

  @Override
  public void emit(ClientEvent event) {
    listener.add(() -> {
      switch (event) {
        case ClientEvent.EntryReceived(var conversation, _, var entry, _) -> show(conversation, entry.getSeq());
        case ClientEvent.SendSettled(SendOutcome.Accepted outcome) -> accepted.add(outcome.clientMessageId());
        case ClientEvent.Stopped stopped -> throw new AssertionError("stopped: " + stopped);
        default -> { }
      }
    });
    dawdle();
  }

  private void show(String conversation, long seq) {
    var last = shownByThisRun.put(conversation, seq);
    if (last != null && last >= seq) {
      throw new AssertionError(conversation + ": " + seq + " was shown after " + last);
    }
    shown.computeIfAbsent(conversation, _ -> new ArrayList<>()).add(seq);
  }

  @Override
  public void reached(Position position, int entries) {
    listener.add(() -> core.onShown(position, entries, nowMs));
    dawdle();
  }

  private void dawdle() {
    inOrder(0, () -> {
      if (!listener.isEmpty()) {
        listener.poll().run();
      }
    });
  }

  @Override
  public void wakeAt(long atMillis) {
    wakeAtMs = atMillis;
    if (atMillis != Long.MAX_VALUE) {
      if (atMillis <= nowMs) {
        throw new AssertionError("asked to be woken in the past");
      }
      later(atMillis - nowMs, () -> {
        if (wakeAtMs <= nowMs) {
          wakeAtMs = Long.MAX_VALUE;
          core.onTimer(nowMs);
        }
      });
    }
  }

  SessionCounts counts() {
    return core.counts();
  }
}
