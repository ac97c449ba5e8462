package chasqui.drills.faults.rows;

import chasqui.drills.faults.ground.Drill;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.ground.Speaker;
import chasqui.drills.faults.wire.RawStream;
import chasqui.drills.fleet.Deadline;
import chasqui.edge.v1.Ack;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.Position;
import chasqui.log.v1.Entry;
import java.util.List;
import java.util.stream.LongStream;

/// One device of a group reads nothing, one acks nothing, while the group talks: the others get everything, and so do
/// these two once they behave.
public final class Unread implements Drill {

  private static final int WINDOW = 256;
  private static final int WINDOW_BYTES = 16 * 1024;
  private static final String FILLING = "x".repeat(900);

  @Override
  public void run(Ground ground, Finding finding) {
    int entries = ground.effort().of(400, 4_000);
    String deaf = ground.user("deaf");
    String mute = ground.user("mute");
    String fine = ground.user("fine");
    String owner = ground.user("owner");
    // Less than what is sent ahead of acks: here the transport holds the server up before the window of acks does.
    RawStream unread = RawStream.open(ground.narrowChannel(WINDOW_BYTES)).welcomed(ground.token(deaf), "phone", 1);
    RawStream unacked = ground.online(mute, "phone", 1).withoutAcks();
    RawStream good = ground.online(fine, "phone", 1);
    Speaker speaker = new Speaker(ground.online(owner, "phone", 1), ground.random());
    String group = ground.group(owner, "loud", deaf, mute, fine);
    finding.require(Deadline.await(Ground.PATIENCE, () -> unread.entries(group).size() == 1), "the group did not reach everybody");
    unread.withoutReading();
    long before = Memory.of(ground.node()).resident();
    for (int i = 0; i < entries; i++) {
      var _ = speaker.say(group, FILLING + i);
    }
    long head = entries + 1L;
    finding.require(speaker.awaitAccepted(group, entries) == entries, "sends were not accepted: " + speaker.accepted(group).size());
    complete("who reads and acks", good, group, head, finding);
    finding.figure("resident_growth_kib", (Memory.of(ground.node()).resident() - before) / 1024);
    int held = unacked.entries(group).size();
    finding.figure("entries", head);
    finding.figure("sent_to_who_never_acks", held);
    finding.figure("sent_to_who_never_reads", unread.entries(group).size());
    finding.require(held <= WINDOW, held + " entries were sent to a device that acks none");
    finding.require(unread.end().isEmpty() && unacked.end().isEmpty(), "a slow device was ended");
    unread.readOn();
    complete("who reads again", unread, group, head, finding);
    ackAll(unacked, group, head);
    complete("who acks at last", unacked, group, head, finding);
  }

  private static void complete(String who, RawStream stream, String group, long head, Finding finding) {
    List<Long> all = LongStream.rangeClosed(1, head).boxed().toList();
    Deadline.await(Ground.PATIENCE, () -> seqs(stream, group).size() >= head);
    finding.require(seqs(stream, group).equals(all), who + " got " + seqs(stream, group).size() + " of " + head + " entries, or not in order");
  }

  private static List<Long> seqs(RawStream stream, String group) {
    return stream.entries(group).stream().map(Entry::getSeq).toList();
  }

  private static void ackAll(RawStream stream, String group, long head) {
    long[] acked = {0};
    Deadline.await(Ground.PATIENCE, () -> {
      Delivery last = stream.deliveries(group).getLast();
      if (last.getUpto() > acked[0]) {
        acked[0] = last.getUpto();
        stream.send(ClientFrame.newBuilder()
            .setAck(Ack.newBuilder().addPositions(Position.newBuilder()
                .setConversationId(group).setGeneration(last.getGeneration()).setSeq(last.getUpto())))
            .build());
      }
      return acked[0] >= head;
    });
  }
}
