package chasqui.edge.session;

import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.ServerFrame;
import chasqui.router.v1.Fanout;

/// A fan-out on its way to the sessions of one loop: the frame that most of them need is built once.
public final class Push {

  private final Fanout fanout;
  private ServerFrame alone;

  public Push(Fanout fanout) {
    this.fanout = fanout;
  }

  Fanout fanout() {
    return fanout;
  }

  /// The delivery of this entry and nothing else, for sessions that had everything before it.
  ServerFrame alone() {
    if (alone == null) {
      alone = ServerFrame.newBuilder()
          .setDelivery(Delivery.newBuilder()
              .setConversationId(fanout.getConversationId())
              .setGeneration(fanout.getGeneration())
              .setAfter(fanout.getHead() - 1)
              .setUpto(fanout.getHead())
              .addEntries(fanout.getEntry())
              .setHead(fanout.getHead()))
          .build();
    }
    return alone;
  }
}
