package chasqui.drills.faults.rows;

import chasqui.conversation.v1.AddMembersRequest;
import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.ConversationServiceGrpc.ConversationServiceFutureStub;
import chasqui.conversation.v1.CreateDirectRequest;
import chasqui.conversation.v1.RemoveMemberRequest;
import chasqui.drills.faults.ground.Drill;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.ground.Speaker;
import chasqui.drills.faults.wire.Bearer;
import chasqui.drills.faults.wire.Burst;
import chasqui.drills.fleet.Deadline;
import chasqui.edge.budget.BudgetLimits;
import chasqui.edge.v1.SendRejected;
import chasqui.error.v1.Reason;
import chasqui.link.Rate;
import chasqui.mailbox.MailboxConfig;
import io.grpc.Channel;
import java.time.Duration;
import java.util.List;

/// One user who sends a thousand messages a second, many users who all begin to talk with one, and a group whose members
/// change without end. Each is held to its budget, on a node as it comes, and whoever is beside it is refused nothing.
public final class Floods implements Drill {

  private static final int SENDS_PER_SECOND = 1_000;
  private static final Duration TICK = Duration.ofMillis(10);
  private static final int OPEN_MAX = 100;

  @Override
  public void run(Ground ground, Finding finding) {
    oneFloods(ground, finding);
    manyFloodOne(ground, finding);
    membersFlap(ground, finding);
  }

  /// On a stream, never heeding an answer.
  private static void oneFloods(Ground ground, Finding finding) {
    String user = ground.user("flooder");
    Speaker flooder = new Speaker(ground.online(user, "phone", 1), ground.random());
    String conversation = ground.direct(user, ground.user("flooded"));
    int sends = SENDS_PER_SECOND * ground.effort().of(4, 30);
    long begin = System.nanoTime();
    int said = 0;
    while (said < sends) {
      long due = Math.min(sends, (System.nanoTime() - begin) * SENDS_PER_SECOND / 1_000_000_000L);
      for (; said < due; said++) {
        var _ = flooder.say(conversation, "flood " + said);
      }
      Deadline.await(TICK, () -> false);
    }
    Deadline.await(Ground.PATIENCE, () -> flooder.accepted(conversation).size() + rejected(flooder).size() == sends);
    double seconds = (System.nanoTime() - begin) / 1e9;
    List<SendRejected> rejected = rejected(flooder);
    int accepted = flooder.accepted(conversation).size();
    finding.figure("flood_sends_per_second", Math.round(sends / seconds));
    finding.figure("flood_accepted", accepted);
    finding.figure("flood_rate_limited", rejected.size());
    finding.require(accepted + rejected.size() == sends, "of " + sends + " sends " + (accepted + rejected.size()) + " were answered");
    finding.require(!rejected.isEmpty() && rejected.stream().allMatch(Floods::isTold),
        "a refusal without RATE_LIMITED and a time to wait");
    double allowed = allowed(BudgetLimits.DEFAULT.deviceSends(), seconds);
    finding.require(accepted >= BudgetLimits.DEFAULT.deviceSends().burst() && accepted <= allowed,
        accepted + " sends of the flood were accepted, at most " + allowed + " may be");
  }

  private static List<SendRejected> rejected(Speaker speaker) {
    return speaker.stream().arrivals().stream()
        .filter(arrival -> arrival.frame().hasSendRejected()).map(arrival -> arrival.frame().getSendRejected()).toList();
  }

  private static boolean isTold(SendRejected rejected) {
    return rejected.getReason() == Reason.REASON_RATE_LIMITED
        && (rejected.getRetryAfter().getSeconds() > 0 || rejected.getRetryAfter().getNanos() > 0);
  }

  /// Strangers who all want a 1:1 conversation with one user, who goes on talking with a friend.
  private static void manyFloodOne(Ground ground, Finding finding) {
    String victim = ground.user("victim");
    String friend = ground.user("friend");
    Speaker talker = new Speaker(ground.online(friend, "phone", 1), ground.random());
    String old = ground.direct(friend, victim);
    Channel channel = ground.channel();
    int strangers = ground.effort().of(250, 1_000);
    Burst begun = new Burst();
    long begin = System.nanoTime();
    for (int i = 0; i < strangers; i++) {
      Deadline.await(Ground.PATIENCE, () -> begun.open() < OPEN_MAX);
      begun.add(stub(ground, channel, ground.user("stranger"))
          .createDirect(CreateDirectRequest.newBuilder().setPeerUserId(victim).build()));
      if (i % 10 == 0) {
        var _ = talker.say(old, "still here " + i);
      }
    }
    Deadline.await(Ground.PATIENCE, begun::isOver);
    double seconds = (System.nanoTime() - begin) / 1e9;
    int talked = (strangers + 9) / 10;
    int accepted = talker.awaitAccepted(old, talked);
    // Whoever asks for the old conversation gets it, however many strangers wait.
    finding.require(ground.direct(victim, friend).equals(old), "the old conversation was not given to the victim");
    finding.figure("strangers", strangers);
    finding.figure("strangers_let_through", begun.granted());
    finding.figure("friend_refused", rejected(talker).size());
    finding.require(begun.granted() + begun.refused(Reason.REASON_RATE_LIMITED) == strangers, "other answers: " + begun);
    double allowed = allowed(BudgetLimits.DEFAULT.contacts(), seconds);
    finding.require(begun.granted() <= allowed, begun.granted() + " strangers came through, at most " + allowed + " may");
    finding.require(rejected(talker).isEmpty() && accepted == talked,
        "of the friend's " + talked + " messages " + accepted + " were accepted, " + rejected(talker).size() + " refused");
  }

  /// Admins add and remove as fast as they can; a member goes on talking.
  private static void membersFlap(Ground ground, Finding finding) {
    String owner = ground.user("owner");
    String member = ground.user("member");
    Speaker talker = new Speaker(ground.online(member, "phone", 1), ground.random());
    String group = ground.group(owner, "flapping", member);
    ConversationServiceFutureStub admin = stub(ground, ground.channel(), owner);
    String flapper = ground.user("flapper");
    int changes = ground.effort().of(600, 3_000);
    Burst flaps = new Burst();
    long begin = System.nanoTime();
    for (int i = 0; i < changes; i++) {
      Deadline.await(Ground.PATIENCE, () -> flaps.open() < 2);
      flaps.add(i % 2 == 0
          ? admin.addMembers(AddMembersRequest.newBuilder().setConversationId(group)
              .setClientMessageId(ground.id(16)).addUserIds(flapper).build())
          : admin.removeMember(RemoveMemberRequest.newBuilder().setConversationId(group)
              .setClientMessageId(ground.id(16)).setUserId(flapper).build()));
      if (i % 20 == 0) {
        var _ = talker.say(group, "never mind " + i);
      }
    }
    Deadline.await(Ground.PATIENCE, flaps::isOver);
    double seconds = (System.nanoTime() - begin) / 1e9;
    int talked = (changes + 19) / 20;
    int accepted = talker.awaitAccepted(group, talked);
    finding.figure("flaps", changes);
    finding.figure("flaps_made", flaps.granted());
    finding.figure("flaps_rate_limited", flaps.refused(Reason.REASON_RATE_LIMITED));
    double allowed = allowed(MailboxConfig.DEFAULT.budgets().memberships(), seconds);
    finding.require(flaps.granted() <= allowed, flaps.granted() + " changes were made, at most " + allowed + " may be");
    finding.require(flaps.refused(Reason.REASON_RATE_LIMITED) > 0, "the flapping was not held back: " + flaps);
    finding.require(rejected(talker).isEmpty() && accepted == talked,
        "of the member's " + talked + " messages " + accepted + " were accepted, " + rejected(talker).size() + " refused");
  }

  private static ConversationServiceFutureStub stub(Ground ground, Channel channel, String user) {
    return ConversationServiceGrpc.newFutureStub(channel).withCallCredentials(new Bearer(ground.token(user)));
  }

  private static double allowed(Rate rate, double seconds) {
    return rate.burst() + seconds * rate.perMinute() / 60 + 1;
  }
}
