package chasqui.client.session;

import chasqui.client.session.SessionBounds.FeedBounds;
import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.Error;
import chasqui.edge.v1.HeadMoved;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.RangeRequest;
import chasqui.log.v1.Entry;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Puts the entries of every conversation in order, once each, and asks for what is missing.
final class Feeds {

  /// What comes out.
  interface Sink extends ConversationFeed.Sink {
    void event(ClientEvent event);

    /// The position moved, or the server asked about it again.
    void reached(Position position, int entries);
  }

  private final FeedBounds bounds;
  private final Backoff backoff;
  private final Sink sink;
  private final Map<String, ConversationFeed> feeds = new HashMap<>();
  private final Set<ConversationFeed> gapped = new LinkedHashSet<>();

  /// Unanswered requests: id to feed, in the order in which they were made; all have the same patience.
  private final LinkedHashMap<Long, ConversationFeed> asked = new LinkedHashMap<>();

  private final Map<Long, Long> askedAtMs = new HashMap<>();
  private long requests;
  private long heldBytes;
  private long overflows;

  Feeds(FeedBounds bounds, Backoff backoff, Sink sink) {
    this.bounds = bounds;
    this.backoff = backoff;
    this.sink = sink;
  }

  void restore(Position position) {
    feed(position.getConversationId()).restore(position);
  }

  void delivery(Delivery delivery, long nowMs) {
    var feed = current(delivery.getConversationId(), delivery.getGeneration());
    if (feed == null) {
      return;
    }
    var before = new Before(feed.heldBytes(), feed.seq());
    if (!feed.based()) {
      feed.base(delivery.getAfter());
    }
    feed.take(delivery.getAfter(), delivery.getUpto(), delivery.getEntriesList());
    settle(feed, before, nowMs);
  }

  /// An own message took its place. It counts as delivered on its stream, so nobody else will bring it.
  void accepted(String conversationId, long generation, Entry own, long nowMs) {
    var feed = current(conversationId, generation);
    if (feed == null) {
      return;
    }
    var before = new Before(feed.heldBytes(), feed.seq());
    if (feed.based()) {
      feed.take(own.getSeq() - 1, own.getSeq(), List.of(own));
    } else {
      feed.hold(own.getSeq() - 1, own.getSeq(), List.of(own));
    }
    settle(feed, before, nowMs);
  }

  void headMoved(HeadMoved moved, long nowMs) {
    var feed = current(moved.getConversationId(), moved.getGeneration());
    if (feed == null) {
      return;
    }
    var before = new Before(feed.heldBytes(), feed.seq());
    long from = feed.based() ? feed.seq() : 0;
    if (!feed.based() || moved.getHead() > from + bounds.headJumpMin()) {
      feed.jump(moved.getHead());
      sink.event(new ClientEvent.HeadMoved(moved.getConversationId(), moved.getGeneration(), from, moved.getHead()));
    } else {
      feed.expect(moved.getHead());
    }
    settle(feed, before, nowMs);
  }

  /// The server refused a range. Where waiting helps, it is asked for again later; otherwise the gap rests until the
  /// server says something new about the conversation.
  void refused(Error error, long nowMs) {
    var feed = asked.remove(error.getRequestId());
    askedAtMs.remove(error.getRequestId());
    if (feed == null) {
      return;
    }
    feed.requestId = 0;
    boolean again = switch (error.getReason()) {
      case REASON_OVERLOADED, REASON_UNAVAILABLE, REASON_INTERNAL, REASON_DEADLINE_EXCEEDED, REASON_UNSPECIFIED,
          REASON_OUTCOME_UNKNOWN, REASON_GENERATION_CHANGED, REASON_STORE_FULL, REASON_RATE_LIMITED, UNRECOGNIZED -> true;
      default -> false;
    };
    long asked = error.getRetryAfter().getSeconds() * 1_000 + error.getRetryAfter().getNanos() / 1_000_000;
    feed.repairAtMs =
        again ? nowMs + Math.max(asked, backoff.delayMs(++feed.repairFailures)) : Long.MAX_VALUE;
  }

  /// The next range to ask for, if one is due and not too many are asked for already.
  ///
  /// Where this device begins only the server can say: it tells by the first delivery or head of a conversation. A guess
  /// would be acked, and with it what was never given.
  Optional<RangeRequest> nextRange(long nowMs) {
    if (asked.size() >= bounds.rangesMax()) {
      return Optional.empty();
    }
    for (var feed : gapped) {
      if (feed.requestId == 0 && feed.repairAtMs <= nowMs && feed.based()) {
        return Optional.of(request(feed, nowMs));
      }
    }
    return Optional.empty();
  }

  private RangeRequest request(ConversationFeed feed, long nowMs) {
    feed.requestId = ++requests;
    feed.requestUpto = Math.min(feed.gapUpto(), feed.seq() + bounds.rangeEntriesMax());
    asked.put(feed.requestId, feed);
    askedAtMs.put(feed.requestId, nowMs);
    return RangeRequest.newBuilder()
        .setRequestId(feed.requestId)
        .setConversationId(feed.conversationId)
        .setAfter(feed.seq())
        .setUpto(feed.requestUpto)
        .build();
  }

  /// No answer comes any more for what was asked on a stream that ended.
  void streamLost(long nowMs) {
    asked.values().forEach(feed -> {
      feed.requestId = 0;
      feed.repairAtMs = nowMs;
    });
    asked.clear();
    askedAtMs.clear();
  }

  void onTimer(long nowMs) {
    while (!asked.isEmpty() && askedAtMs.get(asked.firstEntry().getKey()) + bounds.rangeTimeoutMs() <= nowMs) {
      var late = asked.pollFirstEntry();
      askedAtMs.remove(late.getKey());
      late.getValue().requestId = 0;
      late.getValue().repairAtMs = nowMs + backoff.delayMs(++late.getValue().repairFailures);
    }
  }

  long deadlineMs(long nowMs) {
    long earliest = asked.isEmpty()
        ? Long.MAX_VALUE
        : askedAtMs.get(asked.firstEntry().getKey()) + bounds.rangeTimeoutMs();
    for (var feed : gapped) {
      if (feed.requestId == 0 && feed.repairAtMs > nowMs) {
        earliest = Math.min(earliest, feed.repairAtMs);
      }
    }
    return earliest;
  }

  /// What a feed was like before something happened to it.
  private record Before(long heldBytes, long seq) {}

  /// After anything happened to a feed: bounds, the state of its repair, and the position to tell.
  private void settle(ConversationFeed feed, Before before, long nowMs) {
    heldBytes += feed.heldBytes() - before.heldBytes;
    if (feed.heldEntries() > bounds.heldEntriesMax() || heldBytes > bounds.heldBytesMax()) {
      heldBytes -= feed.heldBytes();
      feed.drop();
      overflows++;
    }
    repair(feed, feed.seq() > before.seq, nowMs);
    if (feed.based()) {
      sink.reached(feed.position(), feed.takeShown());
    }
  }

  /// @param moved whether the position moved: while the server is catching up by itself nothing is asked for
  private void repair(ConversationFeed feed, boolean moved, long nowMs) {
    boolean answered = feed.requestId != 0 && feed.based() && feed.seq() >= feed.requestUpto;
    if (answered) {
      asked.remove(feed.requestId);
      askedAtMs.remove(feed.requestId);
      feed.requestId = 0;
      feed.repairFailures = 0;
    }
    if (!feed.hasGap()) {
      gapped.remove(feed);
      feed.repairAtMs = Long.MAX_VALUE;
    } else if (gapped.add(feed) || feed.repairAtMs == Long.MAX_VALUE) {
      feed.repairAtMs = nowMs + bounds.gapGraceMs();
    } else if (answered) {
      feed.repairAtMs = nowMs;
    } else if (moved && feed.repairFailures == 0) {
      feed.repairAtMs = nowMs + bounds.gapGraceMs();
    }
  }

  /// The feed if the generation is the current one, or null for what belongs to an older one.
  private ConversationFeed current(String conversationId, long generation) {
    boolean known = feeds.containsKey(conversationId);
    var feed = feed(conversationId);
    if (!known) {
      feed.adopt(generation);
    } else if (generation < feed.generation()) {
      return null;
    } else if (generation > feed.generation()) {
      long before = feed.generation();
      heldBytes -= feed.heldBytes();
      forgetRequest(feed);
      feed.regenerate(generation);
      sink.event(new ClientEvent.GenerationChanged(conversationId, before, generation));
    }
    return feed;
  }

  private void forgetRequest(ConversationFeed feed) {
    asked.remove(feed.requestId);
    askedAtMs.remove(feed.requestId);
    feed.requestId = 0;
    gapped.remove(feed);
  }

  private ConversationFeed feed(String conversationId) {
    return feeds.computeIfAbsent(conversationId, id -> new ConversationFeed(id, sink));
  }

  /// The conversation's generation; 0 where nothing was heard of it, which stands for the one of today.
  long generation(String conversationId) {
    var feed = feeds.get(conversationId);
    return feed == null ? 0 : feed.generation();
  }

  /// As much of `seq` as was shown; all of it where nothing is known of the conversation.
  long shown(String conversationId, long seq) {
    var feed = feeds.get(conversationId);
    return feed == null || !feed.based() ? seq : Math.min(seq, feed.seq());
  }

  /// Whether this position still belongs to the conversation's generation.
  boolean isCurrent(Position position) {
    var feed = feeds.get(position.getConversationId());
    return feed != null && feed.generation() == position.getGeneration();
  }

  long overflows() {
    return overflows;
  }

  long requests() {
    return requests;
  }

  int gaps() {
    return gapped.size();
  }
}
