package chasqui.drills.demo;

import chasqui.client.ChasquiClient;
import chasqui.drills.fleet.Deadline;
import chasqui.drills.fleet.DrillDevice;
import chasqui.testkit.check.Judge;
import chasqui.testkit.history.Observation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Three users chat, one of them on two devices, one offline; in the middle of a burst nodes are killed, and started
/// again on the same data; everybody gets everything. The verdict is counted from what the clients saw.
final class Demo {

  private static final int CALM_EACH = 40;
  private static final int BURST_EACH = 120;
  private static final int ACKED_BEFORE_KILL = 60;
  private static final Duration PATIENCE = Talk.PATIENCE;

  private final Stage stage;
  private final RandomGenerator random;
  private final Consumer<String> progress;

  private DrillDevice alice;
  private DrillDevice laptop;
  private DrillDevice bob;
  private String direct;
  private String team;
  private int inFlightAtKill;
  private long unreadByCarol;

  Demo(Path folder, Place place, RandomGenerator random, Consumer<String> progress) {
    this.stage = new Stage(folder, place);
    this.random = random;
    this.progress = progress;
  }

  /// Plays the whole piece; leaves nothing running.
  DemoReport play(Consumer<String> out) {
    try (stage) {
      arrive();
      talk();
      laptopReturns();
      crashInBurst();
      boolean complete = recover();
      boolean carolComplete = carolReturns();
      alice.readBack(direct);
      alice.readBack(team);
      print(out);
      int resent = (int) (invoked() - stage.inFlight().acked());
      return new DemoReport(
          Judge.of(stage.history().observations()), inFlightAtKill, resent, complete && carolComplete, stage.calm(), stage.stormy(), stage.place().hops());
    }
  }

  private void arrive() {
    progress.accept("starting " + stage.place().words());
    stage.place().start();
    progress.accept("alice comes online with phone and laptop, bob with his phone; carol looks in and leaves again");
    alice = stage.online("alice", "phone");
    laptop = stage.online("alice", "laptop");
    bob = stage.online("bob", "phone");
    DrillDevice carol = stage.online("carol", "phone");
    Talk.require(() -> registered() == 4, "four devices are registered");
    direct = ChasquiClient.await(alice.client().conversations().createDirect("bob")).getConversationId();
    team = ChasquiClient.await(alice.client().conversations().createGroup("team", List.of("bob", "carol"))).getConversationId();
    Talk.require(() -> shows("carol/phone", team, 1), "carol sees the group");
    carol.close();
    laptop.close();
  }

  private void talk() {
    progress.accept("they talk, read, mend, react and take back, 1:1 and in the group; carol and the laptop are offline");
    Talk talk = new Talk(stage, direct, team);
    talk.play(alice, bob);
    for (int i = 1; i <= CALM_EACH; i++) {
      talk.hear(alice, direct, Transcript.BURST + i + " calmly from alice");
      talk.hear(bob, direct, Transcript.BURST + i + " calmly from bob");
    }
  }

  /// What a second device shows after it caught up is what the first one shows.
  private void laptopReturns() {
    progress.accept("alice opens her laptop: it catches up");
    laptop = stage.online("alice", "laptop");
    for (String conversation : List.of(direct, team)) {
      Talk.require(
          () -> lines("alice/laptop", conversation).equals(lines("alice/phone", conversation)),
          "alice's laptop shows what her phone shows");
    }
    new Talk(stage, direct, team).hear(laptop, direct, "same me, from my laptop");
  }

  private List<String> lines(String device, String conversation) {
    return stage.transcript(device, conversation).lines();
  }

  /// Everybody online sends as fast as the outboxes go; the node dies while sends are on the wire.
  private void crashInBurst() {
    progress.accept("a burst of " + 4 * BURST_EACH + " messages; " + stage.place().victims() + " killed in the middle of it (kill -9)");
    long ackedBefore = stage.inFlight().acked();
    stage.stormBegins();
    for (int i = 1; i <= BURST_EACH; i++) {
      stage.say(alice, direct, Transcript.BURST + i + " from alice's phone");
      stage.say(laptop, team, Transcript.BURST + i + " from alice's laptop");
      stage.say(bob, direct, Transcript.BURST + i + " from bob");
      stage.say(bob, team, Transcript.BURST + i + " from bob to all");
    }
    long killAfter = ackedBefore + ACKED_BEFORE_KILL + random.nextInt(ACKED_BEFORE_KILL);
    Talk.require(
        () -> stage.inFlight().acked() >= killAfter && stage.inFlight().count() > 0, "the burst is under way");
    inFlightAtKill = stage.inFlight().count();
    stage.history().accept(new Observation.FaultBegan("kill", Observation.FaultKind.NODE_KILLED, micros()));
    stage.place().strike();
  }

  private boolean recover() {
    progress.accept("killed with " + inFlightAtKill + " sends in flight; starting again on the same data");
    stage.place().mend();
    stage.history().accept(new Observation.FaultEnded("kill", micros()));
    boolean settled = Deadline.await(PATIENCE, stage::settled);
    progress.accept("the clients have reconnected by themselves and sent again what had no answer");
    return settled && everywhere(List.of("alice/phone", "alice/laptop", "bob/phone"), direct)
        && everywhere(List.of("alice/phone", "alice/laptop", "bob/phone"), team);
  }

  private boolean carolReturns() {
    progress.accept("carol comes back and catches up");
    DrillDevice carol = stage.online("carol", "phone");
    boolean complete = everywhere(List.of("carol/phone"), team);
    unreadByCarol = unread(carol);
    Talk.require(
        () -> unread(carol) == stage.transcript("carol/phone", team).messagesNotBy("carol"), "carol's count is exact");
    carol.client().markRead(team, head(team));
    Talk.require(() -> unread(carol) == 0, "what carol has read is not counted");
    return complete;
  }

  private long unread(DrillDevice device) {
    return ChasquiClient.await(device.client().conversations().get(team)).getUnreadMessages();
  }

  private boolean everywhere(List<String> devices, String conversation) {
    return Deadline.await(PATIENCE, () -> {
      long head = head(conversation);
      return devices.stream().allMatch(device -> shows(device, conversation, head));
    });
  }

  private long head(String conversation) {
    return ChasquiClient.await(alice.client().conversations().get(conversation)).getHead();
  }

  private boolean shows(String device, String conversation, long entries) {
    return stage.transcript(device, conversation).size() >= entries;
  }

  private long registered() {
    return stage.history().observations().stream().filter(Observation.DeviceRegistered.class::isInstance).count();
  }

  private long invoked() {
    return stage.history().observations().stream().filter(Observation.SendInvoked.class::isInstance).count();
  }

  private void print(Consumer<String> out) {
    print(out, "alice and bob, as bob's phone shows it", "bob/phone", direct);
    print(out, "the team, as carol's phone shows it after her return", "carol/phone", team);
    out.accept("         carol's phone counted %d unread, and none once she had read them".formatted(unreadByCarol));
    out.accept("");
    out.accept("  beside the messages, alice's phone showed");
    stage.asides("alice/phone").lines().forEach(line -> out.accept("       " + line));
  }

  private void print(Consumer<String> out, String title, String device, String conversation) {
    out.accept("");
    out.accept("  " + title);
    lines(device, conversation).forEach(line -> out.accept("  " + line));
  }

  private static long micros() {
    return System.nanoTime() / 1_000;
  }
}
