package chasqui.drills.faults.rows;

import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.ground.Speaker;
import chasqui.drills.faults.wire.RawStream;
import chasqui.drills.fleet.Deadline;
import chasqui.drills.fleet.Latencies;
import chasqui.log.v1.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Some who talk into groups, at a rate and with messages of a size, and some who read along. For one thread.
final class GroupTalk implements AutoCloseable {

  static final int PER_SECOND = 200;
  static final int TEXT_BYTES = 200;
  private static final int SPEAKERS = 4;
  private static final int READERS = 4;
  private static final int STAMP_DIGITS = 19;
  private static final String FILLING = " ".repeat(TEXT_BYTES - STAMP_DIGITS);

  private record Member(String user, RawStream stream, Follower follower) {}

  private final List<Member> talking = new ArrayList<>();
  private final List<Member> reading = new ArrayList<>();
  private final List<Speaker> speakers;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private long sent;

  GroupTalk(Ground ground) {
    for (int i = 0; i < SPEAKERS; i++) {
      talking.add(member(ground, "talker"));
    }
    for (int i = 0; i < READERS; i++) {
      reading.add(member(ground, "reader"));
    }
    speakers = talking.stream().map(member -> new Speaker(member.stream(), ground.random())).toList();
    clock.scheduleAtFixedRate(
        () -> members().forEach(member -> member.stream().giveSign()), SilentCrowd.SIGN_SECONDS, SilentCrowd.SIGN_SECONDS,
        TimeUnit.SECONDS);
  }

  private Stream<Member> members() {
    return Stream.concat(talking.stream(), reading.stream());
  }

  private static Member member(Ground ground, String name) {
    String user = ground.user(name);
    Follower follower = new Follower();
    return new Member(user, ground.online(user, "phone", 1).handingTo(follower), follower);
  }

  /// All of them; the first may begin groups.
  List<String> users() {
    return members().map(Member::user).toList();
  }

  /// When a message was sent, as it says itself.
  static OptionalLong sentAt(Entry entry) {
    String text = entry.getMessage().getText().getText();
    return text.length() == TEXT_BYTES
        ? OptionalLong.of(Long.parseLong(text.substring(0, STAMP_DIGITS).strip())) : OptionalLong.empty();
  }

  /// Talks for a time.
  ///
  /// @return how long messages took to those who read
  Latencies talk(String group, Duration time) {
    Latencies latencies = new Latencies();
    reading.forEach(member -> member.follower().time(latencies));
    long count = time.toMillis() * PER_SECOND / 1_000;
    long[] said = {0};
    var task = clock.scheduleAtFixedRate(() -> {
      if (said[0] < count) {
        speakers.get((int) (said[0] % SPEAKERS)).say(group, String.format("%" + STAMP_DIGITS + "d", System.nanoTime()) + FILLING);
        said[0]++;
      }
    }, 0, 1_000_000 / PER_SECOND, TimeUnit.MICROSECONDS);
    sent += count;
    Deadline.await(time.plus(Ground.PATIENCE), () -> accepted() >= sent);
    task.cancel(false);
    Deadline.await(Ground.PATIENCE, () -> reading.stream().allMatch(member -> member.follower().upto(group) >= head(group)));
    reading.forEach(member -> member.follower().time(null));
    return latencies;
  }

  /// Messages sent so far.
  long sent() {
    return sent;
  }

  /// Messages accepted so far.
  long accepted() {
    return talking.stream().mapToLong(member -> member.follower().accepted()).sum();
  }

  /// How far the group came, as those who talk know.
  long head(String group) {
    return talking.stream().mapToLong(member -> member.follower().upto(group)).max().orElseThrow();
  }

  /// What they noticed.
  List<String> complaints(String group) {
    List<String> complaints = new ArrayList<>();
    for (Member member : members().toList()) {
      if (member.follower().breach() != null) {
        complaints.add(member.user() + " " + member.follower().breach());
      }
      member.stream().end().ifPresent(end -> complaints.add(member.user() + " was ended: " + end.why()));
      if (member.follower().upto(group) < head(group)) {
        complaints.add(member.user() + " has " + member.follower().upto(group) + " of " + head(group));
      }
    }
    return complaints;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
