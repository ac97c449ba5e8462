package chasqui.edge.session;

import chasqui.mailbox.v1.Caller;

/// The last ranges that were written to devices of a loop, and acked by them. A ring of {@link #EVENTS_MAX}: about 0.4 MB
/// and the ids that it keeps; noting one is a handful of stores. On the loop only.
public final class DeliveryRing implements DeliveryTrace {

  public static final int EVENTS_MAX = 8_192;

  private final Caller[] devices = new Caller[EVENTS_MAX];
  private final String[] conversationIds = new String[EVENTS_MAX];
  private final long[] afters = new long[EVENTS_MAX];
  private final long[] uptos = new long[EVENTS_MAX];
  private final long[] atMillis = new long[EVENTS_MAX];
  private final boolean[] acks = new boolean[EVENTS_MAX];
  private final long startedMillis;
  private long noted;

  public DeliveryRing(long nowMillis) {
    startedMillis = nowMillis;
  }

  /// Told of what is remembered of an entry.
  @FunctionalInterface
  public interface Visitor {
    void event(Caller device, boolean acked, long atMillis);
  }

  @Override
  public void written(Caller device, String conversationId, long after, long upto, long nowMillis) {
    note(device, conversationId, after, upto, nowMillis, false);
  }

  @Override
  public void acked(Caller device, String conversationId, long after, long upto, long nowMillis) {
    note(device, conversationId, after, upto, nowMillis, true);
  }

  private void note(Caller device, String conversationId, long after, long upto, long nowMillis, boolean ack) {
    int at = (int) (noted++ % EVENTS_MAX);
    devices[at] = device;
    conversationIds[at] = conversationId;
    afters[at] = after;
    uptos[at] = upto;
    atMillis[at] = nowMillis;
    acks[at] = ack;
  }

  /// Since when everything is remembered.
  public long sinceMillis() {
    return noted <= EVENTS_MAX ? startedMillis : atMillis[(int) (noted % EVENTS_MAX)];
  }

  /// Visits what is remembered of an entry, in order.
  public void find(String conversationId, long seq, Visitor visitor) {
    for (long number = Math.max(0, noted - EVENTS_MAX); number < noted; number++) {
      int at = (int) (number % EVENTS_MAX);
      if (afters[at] < seq && seq <= uptos[at] && conversationIds[at].equals(conversationId)) {
        visitor.event(devices[at], acks[at], atMillis[at]);
      }
    }
  }
}
