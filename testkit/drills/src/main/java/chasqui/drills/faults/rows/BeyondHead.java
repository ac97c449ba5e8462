package chasqui.drills.faults.rows;

import chasqui.conversation.v1.GetConversationRequest;
import chasqui.conversation.v1.ListReceiptsRequest;
import chasqui.conversation.v1.MemberReceipt;
import chasqui.drills.faults.ground.Drill;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.ground.Speaker;
import chasqui.drills.faults.wire.RawStream;
import chasqui.drills.fleet.Deadline;
import chasqui.edge.v1.Ack;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.Heartbeat;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.RangeRequest;
import chasqui.edge.v1.ReadMark;
import chasqui.log.v1.Entry;
import java.util.List;

/// Acks, read marks and ranges far beyond the head: they change nothing for what comes, now or after a reconnect.
public final class BeyondHead implements Drill {

  private static final List<Long> FAR = List.of(1L << 60, Long.MAX_VALUE, -1L, Long.MIN_VALUE);

  @Override
  public void run(Ground ground, Finding finding) {
    String user = ground.user("vera");
    String peer = ground.user("willi");
    Speaker willi = new Speaker(ground.online(peer, "phone", 1), ground.random());
    RawStream vera = ground.online(user, "phone", 1).withoutAcks();
    String conversation = ground.direct(peer, user);
    var _ = willi.say(conversation, "two");
    finding.require(Deadline.await(Ground.PATIENCE, () -> last(vera, conversation) == 2), "the first entries did not come");
    long generation = vera.deliveries(conversation).getLast().getGeneration();
    for (long far : FAR) {
      vera.send(ack(conversation, generation, far));
      vera.send(ClientFrame.newBuilder().setReadMark(ReadMark.newBuilder().setPosition(position(conversation, generation, far))).build());
      vera.send(range(1, conversation, far, far + 1));
      vera.send(range(2, conversation, 0, far));
      vera.send(ack("nowhere", generation, far));
    }
    vera.send(ack(conversation, generation + 1, 1));
    vera.send(ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setNonce(5)).build());
    finding.require(vera.await(frame -> frame.getHeartbeat().getNonce() == 5).isPresent(), "the stream ended: " + vera.end());
    finding.require(vera.await(frame -> frame.getReceipt().getUserId().equals(user)).isPresent(), "no read mark was answered");
    finding.require(vera.arrivals().stream().map(arrival -> arrival.frame().getReceipt().getPosition().getSeq()).allMatch(seq -> seq <= 2),
        "a read mark is told beyond the head");
    finding.require(read(ground, user, conversation) == 2, "a read mark beyond the head is stored as more than the head");
    long errors = vera.arrivals().stream().filter(arrival -> arrival.frame().hasError()).count();
    var _ = willi.say(conversation, "three");
    finding.require(Deadline.await(Ground.PATIENCE, () -> last(vera, conversation) == 3), "after far acks the next entry does not come");
    vera.halfClose();
    finding.require(vera.awaitEnd(Ground.PATIENCE).isPresent(), "the stream does not end when asked to");
    var _ = willi.say(conversation, "four");
    finding.require(willi.awaitAccepted(conversation, 3) == 3, "the peer's sends were not accepted");
    RawStream back = ground.online(user, "phone", 2);
    finding.require(Deadline.await(Ground.PATIENCE, () -> last(back, conversation) == 4),
        "after far acks and a reconnect the next entry does not come: " + back.arrivals().size() + " frames");
    var unread = ground.conversations(user).getConversation(
        GetConversationRequest.newBuilder().setConversationId(conversation).build()).getConversation();
    finding.require(unread.getUnreadMessages() == 2, "after far read marks " + unread.getUnreadMessages() + " of 2 are unread");
    finding.figure("positions", FAR.size());
    finding.figure("errors_told", errors);
    finding.require(errors > 0, "an ack of another generation was not answered");
  }

  private static long last(RawStream stream, String conversation) {
    return stream.entries(conversation).stream().mapToLong(Entry::getSeq).max()
        .orElseGet(() -> stream.deliveries(conversation).stream().mapToLong(Delivery::getUpto).max().orElse(0));
  }

  private static long read(Ground ground, String user, String conversation) {
    return ground.conversations(user)
        .listReceipts(ListReceiptsRequest.newBuilder().setConversationId(conversation).build()).getReceiptsList().stream()
        .filter(receipt -> receipt.getUserId().equals(user)).mapToLong(MemberReceipt::getReadSeq).findFirst().orElse(0);
  }

  private static Position position(String conversation, long generation, long seq) {
    return Position.newBuilder().setConversationId(conversation).setGeneration(generation).setSeq(seq).build();
  }

  private static ClientFrame ack(String conversation, long generation, long seq) {
    return ClientFrame.newBuilder().setAck(Ack.newBuilder().addPositions(position(conversation, generation, seq))).build();
  }

  private static ClientFrame range(long id, String conversation, long after, long upto) {
    return ClientFrame.newBuilder()
        .setRangeRequest(RangeRequest.newBuilder().setRequestId(id).setConversationId(conversation).setAfter(after).setUpto(upto))
        .build();
  }
}
