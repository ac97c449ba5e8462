package chasqui.client.session;

import chasqui.client.session.SessionBounds.SendBounds;
import chasqui.edge.v1.Send;
import chasqui.edge.v1.SendRejected;
import chasqui.error.v1.Reason;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The messages that are not answered yet, one lane per conversation.
///
/// Within a lane messages go out by ascending counter, and while one waits for a retry nothing behind it starts: the
/// order in which a person wrote is kept unless the server refuses a message and takes later ones that are on the wire
/// already. For want of budget it does not. What is refused because nobody could take it, or with an unknown outcome, is
/// tried again soon ({@link SessionBounds.OutageBounds}).
/// A lane stays on the stream that its unanswered messages are on, since two streams have no common order.
final class SendQueue {
  private static final Set<Reason> OUTAGES =
      EnumSet.of(Reason.REASON_OUTCOME_UNKNOWN, Reason.REASON_DEADLINE_EXCEEDED, Reason.REASON_UNAVAILABLE);

  private final SendBounds bounds;
  private final Backoff backoff;
  private final Map<ByteString, PendingSend> byId = new HashMap<>();
  private final LinkedHashMap<String, Lane> lanes = new LinkedHashMap<>();
  private long bytes;
  private long durableUpTo;
  private long resends;

  private static final class Lane {
    final TreeMap<Long, PendingSend> waiting = new TreeMap<>();
    final TreeMap<Long, PendingSend> onWire = new TreeMap<>();
    long stream;
    /// Since when nothing of it is taken, for what may be an outage; 0 while things go well.
    long failingSinceMs;

    boolean isEmpty() {
      return waiting.isEmpty() && onWire.isEmpty();
    }
  }

  SendQueue(SendBounds bounds, Backoff backoff) {
    this.bounds = bounds;
    this.backoff = backoff;
  }

  /// The refusal of one more message of this size, if there is no room.
  Optional<Submission> refusal(int messageBytes) {
    return byId.size() >= bounds.queuedMax() || bytes + messageBytes > bounds.queuedBytesMax()
        ? Optional.of(new Submission.OutboxFull(byId.size(), bytes))
        : Optional.empty();
  }

  void add(PendingSend pending) {
    byId.put(pending.send.getClientMessageId(), pending);
    bytes += pending.bytes;
    lane(pending).waiting.put(pending.counter, pending);
  }

  /// A message of an earlier run: nobody knows how far it came.
  void restore(Send send) {
    var pending = new PendingSend(send, 0);
    pending.mayBeStored = true;
    add(pending);
  }

  void durable(long upTo) {
    durableUpTo = Math.max(durableUpTo, upTo);
  }

  /// The next message to write on this stream, if there is one; it counts as on the wire from here on.
  ///
  /// @param stream the newest welcomed one: lanes that are still on an older stream wait until that one has answered
  Optional<Send> next(Stream stream, long nowMs) {
    if (stream.unanswered >= stream.unansweredMax) {
      return Optional.empty();
    }
    for (var each : lanes.entrySet()) {
      var lane = each.getValue();
      if (maySend(lane, stream, nowMs)) {
        var pending = lane.waiting.pollFirstEntry().getValue();
        lane.onWire.put(pending.counter, pending);
        lane.stream = stream.number;
        pending.stream = stream.number;
        pending.answerDueMs = nowMs + bounds.answerTimeoutMs();
        stream.unanswered++;
        // To the end of the row, so that lanes take turns.
        lanes.putLast(each.getKey(), lane);
        return Optional.of(pending.send);
      }
    }
    return Optional.empty();
  }

  private boolean maySend(Lane lane, Stream stream, long nowMs) {
    if (lane.waiting.isEmpty()) {
      return false;
    }
    var first = lane.waiting.firstEntry().getValue();
    // Behind what is on the wire, never before it: a repeat waits until what was sent behind it is answered as well.
    boolean free = lane.onWire.isEmpty()
        || lane.stream == stream.number && lane.onWire.lastKey() < first.counter;
    return free && first.storeNumber <= durableUpTo && first.retryAtMs <= nowMs;
  }

  /// Takes an answered message out; empty if it was answered before.
  Optional<PendingSend> answered(ByteString id, Iterable<Stream> streams) {
    var pending = byId.remove(id);
    if (pending == null) {
      return Optional.empty();
    }
    bytes -= pending.bytes;
    offWire(pending, streams);
    var lane = lane(pending);
    lane.failingSinceMs = 0;
    lane.waiting.remove(pending.counter);
    if (lane.isEmpty()) {
      lanes.remove(pending.send.getConversationId());
    }
    return Optional.of(pending);
  }

  /// What has no answer, at the end of the session.
  List<SendOutcome.Pending> pending(String why) {
    return all().stream().map(pending -> new SendOutcome.Pending(
        pending.send.getConversationId(), pending.send.getClientMessageId(), why,
        pending.mayBeStored || pending.stream != 0)).toList();
  }

  /// Decides about a rejected message: sent again later with the same id, or finally refused.
  Optional<SendOutcome.Refused> rejected(SendRejected rejection, Iterable<Stream> streams, long nowMs) {
    var pending = byId.get(rejection.getClientMessageId());
    if (pending == null || pending.stream == 0) {
      return Optional.empty();
    }
    boolean again = switch (rejection.getReason()) {
      case REASON_OUTCOME_UNKNOWN, REASON_DEADLINE_EXCEEDED -> {
        pending.mayBeStored = true;
        yield true;
      }
      case REASON_RATE_LIMITED, REASON_OVERLOADED, REASON_STORE_FULL, REASON_UNAVAILABLE, REASON_GENERATION_CHANGED,
          REASON_UNAUTHENTICATED, REASON_TOKEN_EXPIRED -> true;
      case REASON_INTERNAL, REASON_UNSPECIFIED, UNRECOGNIZED -> ++pending.internalErrors < bounds.internalErrorsMax();
      case REASON_PROTOCOL_VIOLATION, REASON_PROTOCOL_VERSION_UNSUPPORTED, REASON_INVALID_FIELD, REASON_NOT_FOUND,
          REASON_PERMISSION_DENIED, REASON_ID_REUSED, REASON_CONVERSATION_FULL, REASON_TOO_LARGE,
          REASON_UNIMPLEMENTED, REASON_SUPERSEDED, REASON_DEVICE_CAP, REASON_REVOKED, REASON_STALE_CONNECT_NUMBER,
          REASON_HEARTBEAT_MISSED, REASON_NO_CHANGE, REASON_LAST_OWNER, REASON_GROUP_ONLY,
          REASON_TOO_LATE, REASON_TOO_MANY -> false;
    };
    if (again) {
      sendAgain(pending, streams, nowMs + delayMs(pending, rejection, nowMs));
      return Optional.empty();
    }
    answered(rejection.getClientMessageId(), streams);
    return Optional.of(new SendOutcome.Refused(
        pending.send.getConversationId(), rejection.getClientMessageId(), rejection.getReason(),
        rejection.getMessage(), pending.mayBeStored));
  }

  private long delayMs(PendingSend pending, SendRejected rejection, long nowMs) {
    Reason reason = rejection.getReason();
    long asked = rejection.getRetryAfter().getSeconds() * 1_000 + rejection.getRetryAfter().getNanos() / 1_000_000;
    if (reason == Reason.REASON_RATE_LIMITED && asked > 0) {
      // A spent budget tells when it is there again, however often it was spent before.
      return asked;
    }
    int before = pending.refusals++;
    if (!OUTAGES.contains(reason)) {
      return Math.max(asked, backoff.delayMs(before));
    }
    var lane = lane(pending);
    if (lane.failingSinceMs == 0) {
      lane.failingSinceMs = nowMs;
    }
    return Math.max(asked, backoff.delayMs(before, bounds.outage().capMs(nowMs - lane.failingSinceMs)));
  }

  /// What was on this stream goes out again on another, with the same ids.
  void streamLost(Stream stream) {
    for (var lane : lanes.values()) {
      if (lane.stream == stream.number) {
        for (var pending : lane.onWire.values()) {
          pending.mayBeStored = true;
          pending.stream = 0;
          resends++;
          lane.waiting.put(pending.counter, pending);
        }
        lane.onWire.clear();
        lane.stream = 0;
      }
    }
    stream.unanswered = 0;
  }

  /// Messages whose answer is overdue go out again; the old answer, should it come, counts as well.
  void onTimer(Iterable<Stream> streams, long nowMs) {
    var overdue = new ArrayList<PendingSend>();
    for (var lane : lanes.values()) {
      for (var pending : lane.onWire.values()) {
        if (pending.answerDueMs <= nowMs) {
          overdue.add(pending);
        }
      }
    }
    for (var pending : overdue) {
      pending.mayBeStored = true;
      sendAgain(pending, streams, nowMs);
    }
  }

  private void sendAgain(PendingSend pending, Iterable<Stream> streams, long atMs) {
    resends++;
    offWire(pending, streams);
    pending.retryAtMs = atMs;
    lane(pending).waiting.put(pending.counter, pending);
  }

  private void offWire(PendingSend pending, Iterable<Stream> streams) {
    if (pending.stream == 0) {
      return;
    }
    for (var stream : streams) {
      if (stream.number == pending.stream) {
        stream.unanswered--;
      }
    }
    pending.stream = 0;
    var lane = lane(pending);
    lane.onWire.remove(pending.counter);
    if (lane.onWire.isEmpty()) {
      lane.stream = 0;
    }
  }

  /// When a retry or an overdue answer wants attention.
  long deadlineMs(long nowMs) {
    long earliest = Long.MAX_VALUE;
    for (var lane : lanes.values()) {
      if (!lane.onWire.isEmpty()) {
        earliest = Math.min(earliest, lane.onWire.firstEntry().getValue().answerDueMs);
      }
      if (!lane.waiting.isEmpty() && lane.waiting.firstEntry().getValue().retryAtMs > nowMs) {
        earliest = Math.min(earliest, lane.waiting.firstEntry().getValue().retryAtMs);
      }
    }
    return earliest;
  }

  private Lane lane(PendingSend pending) {
    return lanes.computeIfAbsent(pending.send.getConversationId(), _ -> new Lane());
  }

  List<PendingSend> all() {
    return byId.values().stream().sorted((a, b) -> Long.compare(a.counter, b.counter)).toList();
  }

  int size() {
    return byId.size();
  }

  long resends() {
    return resends;
  }
}
