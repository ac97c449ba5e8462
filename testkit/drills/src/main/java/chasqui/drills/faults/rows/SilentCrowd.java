package chasqui.drills.faults.rows;

import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.wire.RawStream;
import chasqui.drills.fleet.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Devices that stop reading their streams and go on giving signs of life, each on a connection of its own. For one thread.
final class SilentCrowd implements AutoCloseable {

  /// Less than what the edge sends ahead of acks (256 entries), so that the rest waits at the server.
  private static final int WINDOW_BYTES = 16 * 1024;
  /// Well within the 30 s after which a silent stream is ended.
  static final long SIGN_SECONDS = 12;

  private record Member(String user, RawStream stream, Follower follower) {}

  private final List<Member> members = new ArrayList<>();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

  SilentCrowd(Ground ground, int count) {
    for (int i = 0; i < count; i++) {
      String user = ground.user("silent");
      Follower follower = new Follower();
      RawStream stream = RawStream.open(ground.narrowChannel(WINDOW_BYTES)).welcomed(ground.token(user), "phone", 1);
      members.add(new Member(user, stream.handingTo(follower), follower));
    }
    clock.scheduleAtFixedRate(
        () -> members.forEach(member -> member.stream().giveSign()), SIGN_SECONDS, SIGN_SECONDS, TimeUnit.SECONDS);
  }

  List<String> users() {
    return members.stream().map(Member::user).toList();
  }

  void stopReading() {
    members.forEach(member -> member.stream().withoutReading());
  }

  void readOn() {
    members.forEach(member -> member.stream().readOn());
  }

  /// Waits until all have everything up to this; answers how many have.
  long awaitUpto(String group, long seq, Duration patience) {
    Deadline.await(patience, () -> members.stream().allMatch(member -> member.follower().upto(group) >= seq));
    return members.stream().filter(member -> member.follower().upto(group) >= seq).count();
  }

  /// How far the one came that has most.
  long furthest(String group) {
    return members.stream().mapToLong(member -> member.follower().upto(group)).max().orElse(0);
  }

  /// What they noticed.
  List<String> complaints() {
    List<String> complaints = new ArrayList<>();
    for (Member member : members) {
      if (member.follower().breach() != null) {
        complaints.add(member.user() + " " + member.follower().breach());
      }
      member.stream().end().ifPresent(end -> complaints.add(member.user() + " was ended: " + end.why()));
    }
    return complaints;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
