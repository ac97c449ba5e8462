package chasqui.drills.faults.rows;

import chasqui.drills.faults.ground.Drill;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.ground.Speaker;
import chasqui.drills.faults.wire.RawStream;
import chasqui.drills.fleet.Deadline;
import chasqui.error.v1.Reason;
import chasqui.log.v1.Entry;
import java.util.List;
import java.util.stream.LongStream;

/// A third stream of one device, and two streams with one connect number.
public final class SameDevice implements Drill {

  @Override
  public void run(Ground ground, Finding finding) {
    String user = ground.user("tina");
    String peer = ground.user("udo");
    Speaker udo = new Speaker(ground.online(peer, "phone", 1), ground.random());
    RawStream first = ground.online(user, "phone", 1);
    RawStream second = ground.online(user, "phone", 2);
    RawStream same = RawStream.open(ground.channel()).hello(ground.token(user), "phone", 2);
    ends("a second stream with the same connect number", same, Reason.REASON_STALE_CONNECT_NUMBER, finding);
    RawStream lower = RawStream.open(ground.channel()).hello(ground.token(user), "phone", 1);
    ends("a stream with a lower connect number", lower, Reason.REASON_STALE_CONNECT_NUMBER, finding);
    finding.require(first.end().isEmpty() && second.end().isEmpty(), "a refused stream ended one that stood");
    RawStream third = ground.online(user, "phone", 3);
    ends("the oldest of three streams", first, Reason.REASON_SUPERSEDED, finding);
    finding.require(second.end().isEmpty(), "the second stream was ended by the third");
    String conversation = ground.direct(peer, user);
    int said = 20;
    for (int i = 0; i < said; i++) {
      var _ = udo.say(conversation, "to both " + i);
    }
    List<Long> all = LongStream.rangeClosed(1, said + 1).boxed().toList();
    for (RawStream stream : List.of(second, third)) {
      finding.require(Deadline.await(Ground.PATIENCE, () -> distinct(stream, conversation).equals(all)),
          "a stream of the device misses entries: " + distinct(stream, conversation));
    }
  }

  /// Two streams of one device may each be given an entry once more; none may lack one.
  private static List<Long> distinct(RawStream stream, String conversation) {
    return stream.entries(conversation).stream().map(Entry::getSeq).distinct().toList();
  }

  private static void ends(String what, RawStream stream, Reason reason, Finding finding) {
    var end = stream.awaitEnd(Ground.PATIENCE);
    finding.require(end.filter(ended -> ended.why().reason() == reason).isPresent(), what + ": " + end.map(RawStream.End::why));
  }
}
