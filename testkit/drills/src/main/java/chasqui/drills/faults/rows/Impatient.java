package chasqui.drills.faults.rows;

import chasqui.drills.faults.ground.Drill;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.ground.Speaker;
import chasqui.drills.fleet.Deadline;
import chasqui.edge.v1.SendAccepted;
import chasqui.edge.v1.ServerFrame;
import chasqui.error.v1.Reason;
import chasqui.log.v1.Entry;
import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/// A thousand sends without waiting for an answer, each then repeated, and one id with another payload.
public final class Impatient implements Drill {

  private static final int SENDS = 1_000;

  @Override
  public void run(Ground ground, Finding finding) {
    String user = ground.user("rosa");
    String peer = ground.user("sven");
    Speaker rosa = new Speaker(ground.online(user, "phone", 1), ground.random());
    var sven = ground.online(peer, "phone", 1);
    String conversation = ground.direct(user, peer);
    Map<ByteString, String> texts = new HashMap<>();
    for (int i = 0; i < SENDS; i++) {
      String text = "hasty " + i;
      texts.put(rosa.say(conversation, text), text);
    }
    finding.require(rosa.awaitAccepted(conversation, SENDS) == SENDS, rosa.accepted(conversation).size() + " of " + SENDS + " were accepted");
    Map<ByteString, Long> first = seqs(rosa, conversation, 0);
    finding.require(List.copyOf(new java.util.TreeSet<>(first.values())).equals(LongStream.rangeClosed(2, SENDS + 1).boxed().toList()),
        "the sends did not take the positions 2 to " + (SENDS + 1));
    texts.forEach((id, text) -> rosa.stream().send(Speaker.text(conversation, id, text)));
    finding.require(rosa.awaitAccepted(conversation, 2 * SENDS) == 2 * SENDS, "repeats were not all answered");
    finding.require(seqs(rosa, conversation, SENDS).equals(first), "a repeat got another answer than the first");
    reuse(rosa, conversation, texts.keySet().iterator().next(), finding);
    List<Long> all = LongStream.rangeClosed(1, SENDS + 1).boxed().toList();
    Deadline.await(Ground.PATIENCE, () -> sven.entries(conversation).size() >= all.size());
    finding.require(sven.entries(conversation).stream().map(Entry::getSeq).toList().equals(all),
        "the peer got " + sven.entries(conversation).size() + " of " + all.size() + " entries, or not in order");
    Entry reused = sven.entries(conversation).stream()
        .filter(entry -> entry.getSeq() == first.get(texts.keySet().iterator().next())).findFirst().orElseThrow();
    finding.require(reused.getMessage().getText().getText().equals(texts.values().iterator().next()),
        "another payload under the same id took the place of the first");
    finding.figure("sends", SENDS);
    finding.figure("repeats", SENDS);
  }

  private static Map<ByteString, Long> seqs(Speaker speaker, String conversation, int skip) {
    Map<ByteString, Long> seqs = new HashMap<>();
    for (SendAccepted accepted : speaker.accepted(conversation).subList(skip, skip + SENDS)) {
      seqs.put(accepted.getClientMessageId(), accepted.getSeq());
    }
    return seqs;
  }

  private static void reuse(Speaker speaker, String conversation, ByteString id, Finding finding) {
    speaker.stream().send(Speaker.text(conversation, id, "something else"));
    Optional<ServerFrame> rejected = speaker.stream().await(ServerFrame::hasSendRejected);
    finding.require(
        rejected.filter(frame -> frame.getSendRejected().getReason() == Reason.REASON_ID_REUSED).isPresent(),
        "the same id with another payload: " + rejected);
  }
}
