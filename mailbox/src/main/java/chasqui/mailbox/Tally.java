package chasqui.mailbox;

import chasqui.log.v1.Entry;
import chasqui.store.v1.MembershipRow;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// Who a message counts for besides the conversation: its sender, and the members whom it mentions. So what is unread is a
/// difference of counts that stand in the rows of the conversation, and needs no reading of its log.
///
/// @param sender the sender's interval of membership
/// @param mentioned the intervals of the other members that it mentions, each once
record Tally(Membership sender, List<Membership> mentioned) {

  /// Counts a queued message.
  static Tally of(Roster roster, Entry entry) {
    Membership sender = roster.open(entry.getSenderUser());
    sender.sent++;
    if (entry.getMessage().getMentionedUsersCount() == 0) {
      return new Tally(sender, List.of());
    }
    List<Membership> mentioned = new ArrayList<>();
    for (String userId : new LinkedHashSet<>(entry.getMessage().getMentionedUsersList())) {
      Membership member = roster.open(userId);
      if (member != null && member != sender) {
        member.mentions++;
        mentioned.add(member);
      }
    }
    return new Tally(sender, mentioned);
  }

  /// The rows to store with the message.
  List<MembershipRow> rows() {
    if (mentioned.isEmpty()) {
      return List.of(sender.row());
    }
    List<MembershipRow> rows = new ArrayList<>(1 + mentioned.size());
    rows.add(sender.row());
    mentioned.forEach(member -> rows.add(member.row()));
    return rows;
  }

  /// The message is committed.
  void settle() {
    sender.committedSent++;
    mentioned.forEach(member -> member.committedMentions++);
  }

  /// Whether the entry counts as unread for the user, if it lies in an interval of the user's membership.
  static boolean counts(Entry entry, String userId) {
    return entry.hasMessage() && !entry.getSenderUser().equals(userId);
  }

  /// Whether such an entry mentions the user.
  static boolean mentions(Entry entry, String userId) {
    return entry.getMessage().getMentionedUsersList().contains(userId);
  }
}
