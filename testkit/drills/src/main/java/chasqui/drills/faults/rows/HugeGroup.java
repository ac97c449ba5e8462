package chasqui.drills.faults.rows;

import chasqui.drills.faults.ground.Drill;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.ground.Speaker;
import chasqui.edge.budget.BudgetLimits;
import chasqui.edge.v1.SendRejected;
import chasqui.edge.v1.ServerFrame;
import chasqui.error.v1.Reason;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A new account sends to a huge group: it pays for everybody it reaches, and is refused from then on, to its friends as
/// well. Others in the group are not.
public final class HugeGroup implements Drill {

  /// Node settings that let a group be as large as the design goes.
  public static final List<String> SETTINGS = List.of("mailbox.conversations.members-max=10000");

  @Override
  public void run(Ground ground, Finding finding) {
    BudgetLimits budgets = BudgetLimits.DEFAULT;
    int members = ground.effort().of(4_000, 10_000);
    String newcomer = ground.user("newcomer");
    String veteran = ground.user("veteran");
    Speaker loud = new Speaker(ground.online(newcomer, "phone", 1), ground.random());
    Speaker other = new Speaker(ground.online(veteran, "phone", 1), ground.random());
    String friend = ground.direct(newcomer, ground.user("friend"));
    String group = ground.group(ground.user("founder"), "huge", names(members - 1, newcomer, veteran));
    double cost = members / (double) budgets.membersPerUnit();
    // Each is answered before the next, so each finds what those before have cost. To a friend right behind: the budget is
    // the user's, whoever is written to.
    int accepted = -1;
    Optional<ServerFrame> answer;
    Optional<ServerFrame> toFriend;
    do {
      accepted++;
      ByteString first = loud.say(group, "hello everybody");
      ByteString second = loud.say(friend, "and you");
      answer = answer(loud, first);
      toFriend = answer(loud, second);
    } while (answer.filter(ServerFrame::hasSendAccepted).isPresent() && accepted < 100);
    SendRejected rejected = answer.map(ServerFrame::getSendRejected).orElse(SendRejected.getDefaultInstance());
    double wait = rejected.getRetryAfter().getSeconds() + rejected.getRetryAfter().getNanos() / 1e9;
    double allowed = Math.ceil(budgets.userSends().burst() / cost) + 1;
    finding.figure("members", members);
    finding.figure("cost_of_a_send", cost);
    finding.figure("accepted_before_refusal", accepted);
    finding.figure("then_wait_s", wait);
    finding.require(accepted >= 1 && accepted <= allowed, accepted + " sends were accepted, 1 to " + allowed + " may be");
    finding.require(rejected.getReason() == Reason.REASON_RATE_LIMITED && wait > 0, "the answer was " + answer);
    finding.require(
        toFriend.filter(frame -> frame.getSendRejected().getReason() == Reason.REASON_RATE_LIMITED).isPresent(),
        "a send to one friend was answered with " + toFriend);
    finding.require(answer(other, other.say(group, "hello newcomer")).filter(ServerFrame::hasSendAccepted).isPresent(), "another member was refused");
  }

  private static String[] names(int count, String... first) {
    List<String> names = new ArrayList<>(List.of(first));
    for (int i = names.size(); i < count; i++) {
      names.add("m" + i);
    }
    return names.toArray(String[]::new);
  }

  private static Optional<ServerFrame> answer(Speaker speaker, ByteString id) {
    return speaker.stream().await(frame -> frame.getSendAccepted().getClientMessageId().equals(id)
        || frame.getSendRejected().getClientMessageId().equals(id));
  }
}
