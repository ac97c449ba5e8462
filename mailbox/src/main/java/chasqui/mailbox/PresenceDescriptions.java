package chasqui.mailbox;

import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.PresenceDescription;
import chasqui.mailbox.v1.Refusal;
import chasqui.people.v1.PresenceVisibility;
import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.UserRow;
import java.util.List;

/// Answers what is stored of a user's presence: what they show, and when they were last seen. Who may be told of it is
/// not decided here.
final class PresenceDescriptions {

  private final StripeContext context;

  PresenceDescriptions(StripeContext context) {
    this.context = context;
  }

  void describe(Ask ask) {
    String userId = ask.request.getDescribePresence().getUserId();
    Refusal problem = Rules.userProblem("describe_presence.user_id", userId);
    if (problem != null) {
      context.answers.refuse(ask, problem);
      return;
    }
    context.read(ask, context.store.users().loadUser(userId), (UserRow user) ->
        context.read(ask, context.store.users().listDevices(userId), (List<DeviceRow> rows) ->
            context.answers.give(ask, MailboxResponse.newBuilder().setPresenceDescription(
                PresenceDescription.newBuilder()
                    .setVisibility(visibility(user))
                    .setLastSeenMicros(lastSeen(user, rows))))));
  }

  private static PresenceVisibility visibility(UserRow user) {
    return user.getPresenceVisibility() == PresenceVisibility.PRESENCE_VISIBILITY_UNSPECIFIED
        ? PresenceVisibility.PRESENCE_VISIBILITY_ONLINE_AND_LAST_SEEN : user.getPresenceVisibility();
  }

  private static long lastSeen(UserRow user, List<DeviceRow> rows) {
    return rows.stream()
        .filter(row -> !DeviceChanges.isSignedOut(row, user))
        .mapToLong(DeviceRow::getLastSeenMicros)
        .max()
        .orElse(0);
  }
}
