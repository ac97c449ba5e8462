package chasqui.client.session;

import chasqui.edge.v1.Error;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.ReadMark;
import chasqui.edge.v1.Receipt;
import chasqui.edge.v1.ReceiptKind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// What the person read, until the server has it: one mark of a conversation on the way at a time, said again on the next
/// stream if it was not answered. And how far everybody got, as far as was told, so that only what moved forward is told on.
final class ReceiptBook {
  /// Conversations with a mark that is not answered; beyond, the oldest is given up.
  static final int OWN_MAX = 1_024;

  /// Watermarks remembered; beyond, the one told longest ago is forgotten, and may be told once more.
  static final int KNOWN_MAX = 10_000;

  /// How long until a mark that the server had no room for is said again.
  static final long RETRY_MS = 2_000;

  private record Who(String conversationId, String userId, boolean read) {}

  private record Reached(long generation, long seq) {
    boolean covers(long otherGeneration, long otherSeq) {
      return generation != otherGeneration ? generation > otherGeneration : seq >= otherSeq;
    }
  }

  private static final class Own {
    long generation;
    long seq;

    /// What is on the way, and on which stream; 0 for nothing.
    long saidSeq;

    long saidOn;

    /// Something was answered since it was said, perhaps less: the server goes no further than the person may read. More
    /// may then be said; the same again would bring the same.
    boolean isAnswered;

    long notBeforeMs;

    boolean isDue(Stream stream, long nowMs) {
      return notBeforeMs <= nowMs && (saidOn != stream.number || isAnswered && seq > saidSeq);
    }
  }

  private final Consumer<ClientEvent> events;
  private final Map<String, Own> own = new LinkedHashMap<>();
  private final Map<Who, Reached> known = new LinkedHashMap<>(16, 0.75f, true);

  ReceiptBook(Consumer<ClientEvent> events) {
    this.events = events;
  }

  /// The person read; less than before changes nothing.
  ///
  /// @param generation 0 stands for the one of today, which an answer tells
  void read(String userId, String conversationId, long generation, long seq) {
    var reached = known.get(new Who(conversationId, userId, true));
    if (seq <= 0 || reached != null && (generation == 0 || reached.generation == generation) && reached.seq >= seq) {
      return;
    }
    var mark = own.get(conversationId);
    if (mark == null) {
      if (own.size() >= OWN_MAX) {
        own.remove(own.keySet().iterator().next());
      }
      mark = new Own();
      own.put(conversationId, mark);
    }
    if (generation != 0 && mark.generation != 0 && mark.generation != generation) {
      mark.seq = seq;
    }
    mark.generation = generation == 0 ? mark.generation : generation;
    mark.seq = Math.max(mark.seq, seq);
  }

  /// What to say next on the newest stream.
  Optional<ReadMark> next(Stream stream, long nowMs) {
    for (var each : own.entrySet()) {
      var mark = each.getValue();
      if (mark.isDue(stream, nowMs)) {
        mark.saidOn = stream.number;
        mark.saidSeq = mark.seq;
        mark.isAnswered = false;
        return Optional.of(ReadMark.newBuilder()
            .setPosition(Position.newBuilder()
                .setConversationId(each.getKey()).setGeneration(mark.generation).setSeq(mark.seq))
            .build());
      }
    }
    return Optional.empty();
  }

  void told(String ownUser, Receipt receipt) {
    boolean read = receipt.getKind() == ReceiptKind.RECEIPT_KIND_READ;
    if (!read && receipt.getKind() != ReceiptKind.RECEIPT_KIND_DELIVERED) {
      return;
    }
    boolean isOwn = receipt.getUserId().equals(ownUser);
    if (isOwn && read) {
      answered(receipt.getPosition());
    }
    if (!isNews(receipt, read)) {
      return;
    }
    var position = receipt.getPosition();
    if (!isOwn) {
      events.accept(new ClientEvent.ReceiptMoved(
          position.getConversationId(), position.getGeneration(), receipt.getUserId(), read, position.getSeq()));
    } else if (read) {
      events.accept(new ClientEvent.ReadMoved(
          position.getConversationId(), position.getGeneration(), position.getSeq(), receipt.getUnreadMessages(),
          receipt.getUnreadMentions()));
    }
  }

  private boolean isNews(Receipt receipt, boolean read) {
    var position = receipt.getPosition();
    var conversation = position.getConversationId();
    var readBefore = known.get(new Who(conversation, receipt.getUserId(), true));
    var before = read ? readBefore : known.get(new Who(conversation, receipt.getUserId(), false));
    // What was read was received.
    if (before != null && before.covers(position.getGeneration(), position.getSeq())
        || readBefore != null && readBefore.covers(position.getGeneration(), position.getSeq())) {
      return false;
    }
    known.put(new Who(conversation, receipt.getUserId(), read), new Reached(position.getGeneration(), position.getSeq()));
    if (known.size() > KNOWN_MAX) {
      known.remove(known.keySet().iterator().next());
    }
    return true;
  }

  private void answered(Position position) {
    var mark = own.get(position.getConversationId());
    if (mark == null) {
      return;
    }
    mark.generation = mark.generation == 0 ? position.getGeneration() : mark.generation;
    var reached = new Reached(position.getGeneration(), position.getSeq());
    if (reached.covers(mark.generation, mark.seq)) {
      own.remove(position.getConversationId());
    } else {
      mark.isAnswered = true;
    }
  }

  /// The server could not honour a frame that named a conversation. A mark of it may have been meant: it is said again
  /// where that helps.
  void refused(Error error, long nowMs) {
    var mark = own.get(error.getConversationId());
    if (mark == null || mark.saidOn == 0 || error.getRequestId() != 0) {
      return;
    }
    switch (error.getReason()) {
      case REASON_UNAVAILABLE, REASON_OVERLOADED, REASON_DEADLINE_EXCEEDED, REASON_OUTCOME_UNKNOWN, REASON_STORE_FULL,
          REASON_INTERNAL, REASON_RATE_LIMITED -> {
        long asked = error.getRetryAfter().getSeconds() * 1_000 + error.getRetryAfter().getNanos() / 1_000_000;
        mark.saidOn = 0;
        mark.notBeforeMs = nowMs + Math.max(RETRY_MS, asked);
      }
      default -> own.remove(error.getConversationId());
    }
  }

  /// When a mark that the server had no room for may be said again.
  long deadlineMs(long nowMs) {
    long earliest = Long.MAX_VALUE;
    for (var mark : own.values()) {
      if (mark.saidOn == 0 && mark.notBeforeMs > nowMs) {
        earliest = Math.min(earliest, mark.notBeforeMs);
      }
    }
    return earliest;
  }
}
