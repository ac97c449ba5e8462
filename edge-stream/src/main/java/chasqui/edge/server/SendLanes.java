package chasqui.edge.server;

import java.util.HashMap;
import java.util.Map;

/// The router that a stream's unanswered sends of each conversation are on: two routers have no common order, so what
/// follows goes the same way until all are answered. As many conversations as a stream may have unanswered sends. On the
/// stream's loop only.
///
/// A stream that always has one unanswered keeps its router, also one that drains, for as long as the link is open.
final class SendLanes<L extends PeerLink> {

  private static final class Lane<L> {
    final L link;
    int unanswered;

    Lane(L link) {
      this.link = link;
    }
  }

  private final Map<String, Lane<L>> lanes = new HashMap<>();

  /// The link for the next send.
  ///
  /// @param owner where it goes if nothing is on the way; null where no link is open
  L linkFor(String conversationId, L owner) {
    Lane<L> lane = lanes.get(conversationId);
    return lane != null && lane.link.isOpen() ? lane.link : owner;
  }

  /// A send is on its way. What may still be unanswered on another link broke with that.
  void sent(String conversationId, L link) {
    Lane<L> lane = lanes.get(conversationId);
    if (lane == null || lane.link != link) {
      lane = new Lane<>(link);
      lanes.put(conversationId, lane);
    }
    lane.unanswered++;
  }

  /// A send was answered, or was not taken.
  void answered(String conversationId, L link) {
    Lane<L> lane = lanes.get(conversationId);
    if (lane != null && lane.link == link && --lane.unanswered == 0) {
      lanes.remove(conversationId);
    }
  }

  int size() {
    return lanes.size();
  }
}
