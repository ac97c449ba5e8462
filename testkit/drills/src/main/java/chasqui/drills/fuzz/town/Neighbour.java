package chasqui.drills.fuzz.town;

import chasqui.drills.faults.ground.Speaker;
import chasqui.drills.faults.wire.RawStream;
import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.ServerFrame;
import chasqui.log.v1.Entry;
import chasqui.testkit.sim.SimNode;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// An honest device with one stream that is never to end. Notes whatever would disturb its user.
final class Neighbour {

  /// Nobody else may ever be sent these words.
  static final String WORD = "between us ";

  private final String user;
  private final String theirs;
  private final SimNode node;
  private final RawStream stream;
  private final Map<String, Long> heads = new HashMap<>();
  private final List<String> complaints = new ArrayList<>();
  private boolean here;
  private int accepted;
  private int heard;

  /// @param theirs the conversation that is nobody else's
  Neighbour(Town town, String user, String theirs) {
    this.user = user;
    this.theirs = theirs;
    node = town.newNode(user);
    stream = RawStream.open(town.channel(node)).handingTo(arrival -> on(arrival.frame()));
    node.execute(() -> stream.hello(town.token(user), "phone", 1));
  }

  private void on(ServerFrame frame) {
    switch (frame.getFrameCase()) {
      case CAUGHT_UP -> here = true;
      case SEND_ACCEPTED -> accepted++;
      case DELIVERY -> delivered(frame.getDelivery());
      case HEARTBEAT -> stream.giveSign();
      case ERROR, EVICTED, DRAIN -> complaints.add("was told " + frame);
      default -> { }
    }
  }

  private void delivered(Delivery delivery) {
    String conversation = delivery.getConversationId();
    for (Entry entry : delivery.getEntriesList()) {
      long before = heads.getOrDefault(conversation, entry.getSeq() - 1);
      if (entry.getSeq() != before + 1) {
        complaints.add("was given " + entry.getSeq() + " after " + before + " in " + conversation);
      }
      heads.put(conversation, entry.getSeq());
      if (conversation.equals(theirs) && entry.hasMessage()) {
        heard++;
        String text = entry.getMessage().getText().getText();
        if (!text.equals(WORD + heard)) {
          complaints.add("heard '" + text + "' as word " + heard);
        }
      }
    }
  }

  void say(int number) {
    ByteString id = ByteString.copyFrom(java.nio.ByteBuffer.allocate(20).putLong(number).array());
    node.execute(() -> stream.send(Speaker.text(theirs, id, WORD + number)));
  }

  boolean isHere() {
    return here;
  }

  int accepted() {
    return accepted;
  }

  int heard() {
    return heard;
  }

  long head(String conversation) {
    return heads.getOrDefault(conversation, 0L);
  }

  List<String> complaints() {
    List<String> all = new ArrayList<>(complaints);
    stream.end().ifPresent(end -> all.add("the stream ended: " + end.why()));
    return all;
  }

  @Override
  public String toString() {
    return user;
  }
}
