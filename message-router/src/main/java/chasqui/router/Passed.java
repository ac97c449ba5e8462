package chasqui.router;

import chasqui.discovery.NodeRecord;
import chasqui.link.Link.Offer;
import chasqui.trace.v1.CopyDrop;
import chasqui.trace.v1.TracedCopy;
import chasqui.trace.v1.TracedPush;
import java.util.ArrayList;
import java.util.List;

/// The last pushes that came and the last copies that left, for traces. A ring of {@link #EVENTS_MAX}: about 2 MB with the
/// ids that it keeps; writing one is a handful of stores. Nothing of what an entry says is kept. Guarded by the core's lock.
final class Passed {

  static final int EVENTS_MAX = 16_384;

  private final CoreClock clock;
  private final String[] conversationIds = new String[EVENTS_MAX];
  private final long[] seqs = new long[EVENTS_MAX];
  private final long[] atNanos = new long[EVENTS_MAX];
  // Where a push came from (NodeRecord), or a copy went to (EdgeTarget).
  private final Object[] nodes = new Object[EVENTS_MAX];
  private final int[] sessions = new int[EVENTS_MAX];
  private final byte[] drops = new byte[EVENTS_MAX];
  private final long startedNanos;
  private long written;

  Passed(CoreClock clock) {
    this.clock = clock;
    this.startedNanos = clock.nowNanos;
  }

  /// A push came in.
  void pushed(String conversationId, long seq, NodeRecord mailbox) {
    write(conversationId, seq, mailbox, 0, CopyDrop.COPY_DROP_UNSPECIFIED);
  }

  /// A copy was offered to the link of an edge.
  void copied(String conversationId, long seq, EdgeTarget edge, int named, Offer offer) {
    write(conversationId, seq, edge, named, switch (offer) {
      case ACCEPTED -> CopyDrop.COPY_DROP_UNSPECIFIED;
      case FULL -> CopyDrop.COPY_DROP_LINK_FULL;
      case CLOSED -> CopyDrop.COPY_DROP_NOT_ATTACHED;
    });
  }

  private void write(String conversationId, long seq, Object node, int named, CopyDrop drop) {
    int at = (int) (written++ % EVENTS_MAX);
    conversationIds[at] = conversationId;
    seqs[at] = seq;
    atNanos[at] = clock.nowNanos;
    nodes[at] = node;
    sessions[at] = named;
    drops[at] = (byte) drop.getNumber();
  }

  /// For how long back everything is remembered.
  long memoryMicros() {
    long oldest = written <= EVENTS_MAX ? startedNanos : atNanos[(int) (written % EVENTS_MAX)];
    return ago(oldest);
  }

  /// What is remembered of an entry, in order.
  List<TracedPush> find(String conversationId, long seq) {
    List<TracedPush.Builder> pushes = new ArrayList<>(1);
    for (long number = Math.max(0, written - EVENTS_MAX); number < written; number++) {
      int at = (int) (number % EVENTS_MAX);
      if (seqs[at] == seq && conversationIds[at].equals(conversationId)) {
        if (nodes[at] instanceof NodeRecord mailbox) {
          pushes.add(TracedPush.newBuilder().setAgeMicros(ago(atNanos[at]))
              .setMailboxNodeId(mailbox.nodeId()).setMailboxIncarnation(mailbox.incarnation()));
        } else {
          addCopy(pushes, at);
        }
      }
    }
    return pushes.stream().map(TracedPush.Builder::build).toList();
  }

  private void addCopy(List<TracedPush.Builder> pushes, int at) {
    if (pushes.isEmpty()) {
      // Its push is forgotten.
      pushes.add(TracedPush.newBuilder().setAgeMicros(ago(atNanos[at])));
    }
    EdgeTarget edge = (EdgeTarget) nodes[at];
    pushes.getLast().addCopies(TracedCopy.newBuilder().setAgeMicros(ago(atNanos[at])).setEdgeNodeId(edge.nodeId)
        .setEdgeIncarnation(edge.incarnation).setSessions(sessions[at]).setDrop(drops[at]));
  }

  private long ago(long nanos) {
    return Math.max(0, (clock.nowNanos - nanos) / 1_000);
  }
}
