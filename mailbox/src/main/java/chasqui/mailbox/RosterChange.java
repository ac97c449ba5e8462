package chasqui.mailbox;

import chasqui.log.v1.Member;
import chasqui.log.v1.Role;
import chasqui.store.v1.MembershipRow;
import java.util.ArrayList;
import java.util.List;

/// What one entry changes in the roster: made when the entry is decided, applied when it is queued, settled when it is
/// committed.
sealed interface RosterChange {

  /// Changes the roster as of the entry at `seq`, after so many messages; gives the rows to store.
  List<MembershipRow> apply(Roster roster, long seq, long messages);

  /// The entry is committed: readers may see it.
  void settle(Roster roster);

  /// Users join by the entry.
  record Joined(List<Member> members) implements RosterChange {
    @Override
    public List<MembershipRow> apply(Roster roster, long seq, long messages) {
      List<MembershipRow> rows = new ArrayList<>(members.size());
      for (Member member : members) {
        rows.add(roster.join(member.getUserId(), seq, member.getRole(), messages).row());
      }
      return rows;
    }

    @Override
    public void settle(Roster roster) {
      roster.committed(members.size(), 0);
    }
  }

  /// A user leaves by the entry, which is the last that the user may read.
  record Left(Membership membership) implements RosterChange {
    @Override
    public List<MembershipRow> apply(Roster roster, long seq, long messages) {
      roster.leave(membership, seq, messages);
      return List.of(membership.row());
    }

    @Override
    public void settle(Roster roster) {
      roster.committed(0, 1);
    }
  }

  /// A member gets another role.
  record RoleSet(Membership membership, Role role) implements RosterChange {
    @Override
    public List<MembershipRow> apply(Roster roster, long seq, long messages) {
      roster.setRole(membership, role);
      return List.of(membership.row());
    }

    @Override
    public void settle(Roster roster) {
      membership.committedRole = role;
    }
  }
}
