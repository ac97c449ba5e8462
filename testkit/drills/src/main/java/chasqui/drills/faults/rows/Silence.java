package chasqui.drills.faults.rows;

import chasqui.conversation.v1.AddMembersRequest;
import chasqui.drills.faults.ground.Drill;
import chasqui.drills.faults.ground.Effort;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.fleet.Latencies;
import chasqui.drills.fleet.NodeProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Many members of a busy group stop reading: each costs the node little, the others do not notice, and when they read on
/// they get everything in order.
///
/// The floor beside which the readers' latency stands is the same talk in a group as large whose other members are offline,
/// once before and once again.
public final class Silence implements Drill {

  /// Its group is larger than groups are, and talks faster than budgets let it.
  public static final List<String> SETTINGS =
      Stream.concat(NodeProcess.WITHOUT_BUDGETS.stream(), Stream.of("mailbox.conversations.members-max=1000")).toList();
  private static final long BYTES_EACH_MAX = 64 * 1024;
  /// Netty takes memory in chunks of 4 MiB and keeps them; with few clients two of them are much for each, so that the
  /// short form sees no more than whether memory grows with what is not read.
  private static final long CHUNKS_BYTES = 8 << 20;
  private static final int EXACT_FROM = 500;
  private static final double SLOWER_MAX = 1.2;
  private static final double FLOOR_APART_MAX = 1.3;
  private static final int ADDED_AT_ONCE = 100;

  /// What a node holds: reachable heap, and direct buffers, whole chunks of them.
  private record Held(long heap, long direct) {
    static Held of(Ground ground) {
      return new Held(Memory.liveHeap(ground.node()), Memory.of(ground.node()).direct());
    }
  }

  @Override
  public void run(Ground ground, Finding finding) {
    try (GroupTalk talk = new GroupTalk(ground)) {
      play(ground, talk, finding);
    }
  }

  private static void play(Ground ground, GroupTalk talk, Finding finding) {
    int clients = ground.effort().of(60, 500);
    Duration time = Duration.ofSeconds(ground.effort().of(8, 300));
    Duration floorTime = Duration.ofSeconds(ground.effort().of(3, 30));
    String quiet = group(ground, talk.users(), offline(ground, clients));
    talk.talk(quiet, floorTime);
    Latencies floor = talk.talk(quiet, floorTime);
    Latencies again = talk.talk(quiet, floorTime);
    Held absent = Held.of(ground);
    try (SilentCrowd crowd = new SilentCrowd(ground, clients)) {
      String group = group(ground, talk.users(), crowd.users());
      crowd.awaitUpto(group, talk.head(group), Ground.PATIENCE);
      Held reading = Held.of(ground);
      crowd.stopReading();
      Latencies beside = talk.talk(group, time);
      Held silent = Held.of(ground);
      finding.figure("clients", clients);
      finding.figure("talk_s", time.toSeconds());
      finding.figure("messages", talk.sent());
      memory(clients, absent, reading, silent, finding);
      latency(ground, floor, again, beside, finding);
      finding.figure("silent_had_upto", crowd.furthest(group));
      resume(ground, crowd, group, talk.head(group), finding);
      finding.require(crowd.complaints().isEmpty(), "the silent: " + crowd.complaints().stream().limit(3).toList());
      finding.require(talk.accepted() == talk.sent(), talk.accepted() + " of " + talk.sent() + " messages were accepted");
      finding.require(talk.complaints(group).isEmpty(), "the others: " + talk.complaints(group).stream().limit(3).toList());
    }
  }

  private static void memory(int clients, Held absent, Held reading, Held silent, Finding finding) {
    finding.figure("kib_each_reading_heap", each(reading.heap() - absent.heap(), clients));
    finding.figure("kib_each_reading_direct", each(reading.direct() - absent.direct(), clients));
    finding.figure("kib_each_silent_heap", each(silent.heap() - absent.heap(), clients));
    finding.figure("kib_each_silent_direct", each(silent.direct() - absent.direct(), clients));
    long silence = silent.heap() - absent.heap() + silent.direct() - absent.direct();
    finding.require(silence <= clients * BYTES_EACH_MAX + (clients < EXACT_FROM ? CHUNKS_BYTES : 0),
        "a silent client costs the node " + each(silence, clients) + " KiB");
  }

  private static double each(long bytes, int clients) {
    return Math.round(bytes / 102.4 / clients) / 10.0;
  }

  private static void latency(Ground ground, Latencies floor, Latencies again, Latencies beside, Finding finding) {
    finding.figure("floor", floor.toString());
    finding.figure("floor_again", again.toString());
    finding.figure("beside_the_silent", beside.toString());
    double lower = Math.min(floor.p99Ms(), again.p99Ms());
    double higher = Math.max(floor.p99Ms(), again.p99Ms());
    if (ground.effort() == Effort.SHORT) {
      finding.remark("latency is shown, not judged: the short form has too few messages");
    } else if (higher > FLOOR_APART_MAX * lower && beside.p99Ms() > SLOWER_MAX * lower) {
      // Within the bound of the better floor it is unaffected, however far the floors are apart.
      finding.notMeasurable("whether readers wait longer beside the silent: the floor is not steady on this machine");
    } else {
      finding.require(beside.p99Ms() <= SLOWER_MAX * higher, "readers waited longer beside the silent");
    }
  }

  private static void resume(Ground ground, SilentCrowd crowd, String group, long head, Finding finding) {
    long begin = System.nanoTime();
    crowd.readOn();
    long complete = crowd.awaitUpto(group, head, Duration.ofSeconds(ground.effort().of(60, 1_200)));
    finding.figure("resumed_s", Math.round((System.nanoTime() - begin) / 1e8) / 10.0);
    finding.require(complete == crowd.users().size(), "only " + complete + " of the silent got everything");
  }

  private static List<String> offline(Ground ground, int count) {
    List<String> users = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      users.add(ground.user("offline"));
    }
    return users;
  }

  /// A group of all of these, begun by the first of those who talk.
  private static String group(Ground ground, List<String> talking, List<String> others) {
    String owner = talking.getFirst();
    String group = ground.group(owner, "many", talking.subList(1, talking.size()).toArray(String[]::new));
    for (int i = 0; i < others.size(); i += ADDED_AT_ONCE) {
      ground.conversations(owner).addMembers(AddMembersRequest.newBuilder()
          .setConversationId(group).setClientMessageId(ground.id(16))
          .addAllUserIds(others.subList(i, Math.min(others.size(), i + ADDED_AT_ONCE))).build());
    }
    return group;
  }
}
