package chasqui.drills.faults.rows;

import chasqui.drills.faults.wire.RawStream;
import chasqui.drills.fleet.Latencies;
import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.ServerFrame;
import chasqui.log.v1.Entry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// What comes to one device, looked at and not kept: whether each entry comes once and in order, and what was refused.
/// A stream tells it one frame after the other; anybody may ask.
final class Follower implements Consumer<RawStream.Arrival> {

  private final Map<String, Long> upto = new ConcurrentHashMap<>();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicReference<String> breach = new AtomicReference<>();
  private volatile Latencies latencies;

  @Override
  public void accept(RawStream.Arrival arrival) {
    ServerFrame frame = arrival.frame();
    switch (frame.getFrameCase()) {
      case DELIVERY -> delivered(frame.getDelivery(), arrival.nanos());
      case SEND_ACCEPTED -> {
        // An own message that took the next place counts as delivered; where it did not, a delivery covers it.
        String conversation = frame.getSendAccepted().getConversationId();
        long seq = frame.getSendAccepted().getSeq();
        upto.computeIfPresent(conversation, (_, last) -> seq == last + 1 ? seq : last);
        accepted.incrementAndGet();
      }
      case SEND_REJECTED, ERROR, EVICTED, DRAIN -> breach.compareAndSet(null, "was told " + frame);
      default -> { }
    }
  }

  private void delivered(Delivery delivery, long nanos) {
    String conversation = delivery.getConversationId();
    Long last = upto.get(conversation);
    if (last != null && delivery.getAfter() != last) {
      breach.compareAndSet(null, "was given what follows " + delivery.getAfter() + " after " + last);
    }
    long seq = delivery.getAfter();
    for (Entry entry : delivery.getEntriesList()) {
      // A group's first entries may lie before a membership.
      if (entry.getSeq() != seq + 1 && last != null) {
        breach.compareAndSet(null, "was given " + entry.getSeq() + " after " + seq);
      }
      seq = entry.getSeq();
      Latencies to = latencies;
      if (to != null && entry.hasMessage()) {
        GroupTalk.sentAt(entry).ifPresent(begin -> to.took(begin, nanos));
      }
    }
    upto.put(conversation, delivery.getUpto());
  }

  /// Messages are timed from here on; null to stop.
  void time(Latencies to) {
    latencies = to;
  }

  /// How far a conversation came, without a hole.
  long upto(String conversation) {
    return upto.getOrDefault(conversation, 0L);
  }

  /// Sends of this device that were accepted.
  long accepted() {
    return accepted.get();
  }

  /// What it has to complain of; null for nothing.
  String breach() {
    return breach.get();
  }
}
