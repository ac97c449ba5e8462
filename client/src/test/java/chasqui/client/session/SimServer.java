package chasqui.client.session;

import chasqui.client.Frames;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.Heartbeat;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.RangeRequest;
import chasqui.edge.v1.Send;
import chasqui.edge.v1.SendAccepted;
import chasqui.edge.v1.ServerFrame;
import chasqui.error.v1.Reason;
import chasqui.log.v1.Entry;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/// A server in the fewest lines that keep the promises: logs that outlive streams, one answer for each message id,
/// sessions that follow the head. It is as unfriendly as the protocol allows.
final class SimServer {
  private static final Reason[] MOODS = {
    Reason.REASON_OVERLOADED, Reason.REASON_UNAVAILABLE, Reason.REASON_STORE_FULL, Reason.REASON_OUTCOME_UNKNOWN,
    Reason.REASON_DEADLINE_EXCEEDED
  };

  final Map<String, List<Entry>> logs = new TreeMap<>();
  final Map<String, Long> cursors = new TreeMap<>();
  private final Map<ByteString, SendAccepted> answers = new HashMap<>();
  private final Map<Long, Session> sessions = new TreeMap<>();
  private final Random random;
  private final BiConsumer<Long, ServerFrame> wire;
  private long highestNumber;

  /// Whether faults are played; off at the end of a run.
  boolean moody = true;

  private final class Session {
    final long number;
    final Map<String, Long> sent = new HashMap<>();
    boolean welcomed;

    Session(long number) {
      this.number = number;
    }
  }

  /// @param wire carries a frame to the client's stream, later
  SimServer(Random random, BiConsumer<Long, ServerFrame> wire) {
    this.random = random;
    this.wire = wire;
  }

  void opened(long stream) {
    sessions.put(stream, new Session(stream));
  }

  void ended(long stream) {
    sessions.remove(stream);
  }

  /// Somebody else writes.
  void othersSay(String conversation) {
    var log = logs.computeIfAbsent(conversation, _ -> new ArrayList<>());
    log.add(Frames.entry(log.size() + 1));
    push(conversation);
  }

  void push(String conversation) {
    sessions.values().stream().filter(session -> session.welcomed).forEach(session -> follow(session, conversation));
  }

  /// Moves a session towards the head, now and then with a hole or a repetition.
  private void follow(Session session, String conversation) {
    long head = head(conversation);
    long sent = session.sent.getOrDefault(conversation, cursors.getOrDefault(conversation, 0L));
    if (sent >= head) {
      return;
    }
    session.sent.put(conversation, head);
    // Where a device begins is the server's to say: its first word about a conversation is never left out.
    if (moody && sent > 0 && random.nextInt(20) == 0) {
      return;
    }
    long after = moody && random.nextInt(10) == 0 ? Math.max(0, sent - random.nextInt(3)) : sent;
    deliver(session, conversation, after, head, 0);
  }

  private void deliver(Session session, String conversation, long after, long upto, long requestId) {
    for (long from = after; from < upto; from += 100) {
      long to = Math.min(upto, from + 100);
      wire.accept(session.number, ServerFrame.newBuilder()
          .setDelivery(Delivery.newBuilder()
              .setConversationId(conversation)
              .setGeneration(Frames.GENERATION)
              .setAfter(from)
              .setUpto(to)
              .setHead(head(conversation))
              .setRequestId(requestId)
              .addAllEntries(logs.get(conversation).subList((int) from, (int) to)))
          .build());
    }
  }

  void received(long stream, ClientFrame frame) {
    var session = sessions.get(stream);
    if (session == null) {
      return;
    }
    switch (frame.getFrameCase()) {
      case HELLO -> hello(session);
      case SEND -> send(session, frame.getSend());
      case ACK -> frame.getAck().getPositionsList().forEach(this::acked);
      case RANGE_REQUEST -> range(session, frame.getRangeRequest());
      case HEARTBEAT -> wire.accept(stream, ServerFrame.newBuilder()
          .setHeartbeat(Heartbeat.newBuilder().setNonce(frame.getHeartbeat().getNonce())).build());
      default -> { }
    }
  }

  private void hello(Session session) {
    if (session.number <= highestNumber) {
      throw new AssertionError("connect number " + session.number + " is not above " + highestNumber);
    }
    highestNumber = session.number;
    session.welcomed = true;
    wire.accept(session.number, Frames.welcome(8));
    logs.keySet().forEach(conversation -> follow(session, conversation));
    wire.accept(session.number, Frames.caughtUp());
  }

  private void send(Session session, Send send) {
    var mood = moody && random.nextInt(5) == 0 ? MOODS[random.nextInt(MOODS.length)] : null;
    boolean unknown = mood == Reason.REASON_OUTCOME_UNKNOWN || mood == Reason.REASON_DEADLINE_EXCEEDED;
    if (mood == null || unknown && random.nextBoolean()) {
      commit(session, send, mood == null);
    }
    wire.accept(session.number, mood == null
        ? ServerFrame.newBuilder().setSendAccepted(answers.get(send.getClientMessageId())).build()
        : Frames.rejected(send, mood, random.nextInt(200)));
  }

  private void commit(Session session, Send send, boolean answered) {
    if (answers.containsKey(send.getClientMessageId())) {
      return;
    }
    var conversation = send.getConversationId();
    var log = logs.computeIfAbsent(conversation, _ -> new ArrayList<>());
    long seq = log.size() + 1;
    log.add(Entry.newBuilder()
        .setSeq(seq)
        .setSenderUser("alice")
        .setSenderDevice("a1")
        .setClientMessageId(send.getClientMessageId())
        .setMessage(send.getMessage())
        .build());
    answers.put(send.getClientMessageId(), SendAccepted.newBuilder()
        .setConversationId(conversation)
        .setClientMessageId(send.getClientMessageId())
        .setSeq(seq)
        .setGeneration(Frames.GENERATION)
        .build());
    // An accepted send counts as delivered on its own stream, if nothing before it is missing there.
    if (answered && session.sent.getOrDefault(conversation, cursors.getOrDefault(conversation, 0L)) == seq - 1) {
      session.sent.put(conversation, seq);
    }
    push(conversation);
  }

  private void acked(Position position) {
    if (position.getSeq() > head(position.getConversationId())) {
      throw new AssertionError("acked beyond the head: " + position);
    }
    cursors.merge(position.getConversationId(), position.getSeq(), Math::max);
  }

  private void range(Session session, RangeRequest range) {
    if (moody && random.nextInt(5) == 0) {
      return;
    }
    deliver(session, range.getConversationId(), range.getAfter(), range.getUpto(), range.getRequestId());
  }

  long head(String conversation) {
    return logs.getOrDefault(conversation, List.of()).size();
  }

  /// The ids committed in a conversation, repeated where they were committed twice.
  List<ByteString> ownIds(String conversation) {
    return logs.getOrDefault(conversation, List.of()).stream()
        .filter(entry -> entry.getSenderUser().equals("alice")).map(Entry::getClientMessageId).toList();
  }
}
