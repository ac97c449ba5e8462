package chasqui.mailbox;

import chasqui.log.v1.Entry;
import chasqui.log.v1.Member;
import chasqui.log.v1.MembershipAction;
import chasqui.log.v1.MembershipChange;
import chasqui.log.v1.Role;
import chasqui.log.v1.TitleChange;
import chasqui.mailbox.Decision.Accepted;
import chasqui.mailbox.Decision.Refused;
import chasqui.mailbox.v1.AddMembers;
import chasqui.mailbox.v1.Refusal;
import chasqui.mailbox.v1.RemoveMember;
import chasqui.mailbox.v1.Rename;
import chasqui.mailbox.v1.SetRole;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// Who may change members, roles and title of a group. The caller is a member, on the tip.
///
/// The last owner may leave only a group that is empty then; otherwise ownership is handed over first.
final class MemberRules {

  private static final Refused GROUP_ONLY = new Refused(Refusals.GROUP_ONLY);
  private static final Refused PERMISSION_DENIED = new Refused(Refusals.PERMISSION_DENIED);
  private static final Refused NO_CHANGE = new Refused(Refusals.NO_CHANGE);
  private static final Refused LAST_OWNER = new Refused(Refusals.LAST_OWNER);

  private final MailboxConfig.Conversations limits;

  MemberRules(MailboxConfig.Conversations limits) {
    this.limits = limits;
  }

  Decision add(ConversationState state, Membership caller, AddMembers change) {
    if (!state.isGroup()) {
      return GROUP_ONLY;
    }
    if (caller.role == Role.ROLE_MEMBER) {
      return PERMISSION_DENIED;
    }
    if (change.getUserIdsCount() < 1 || change.getUserIdsCount() > limits.membersAddedMax()) {
      return new Refused(Refusals.invalid("add_members.user_ids", "1 to " + limits.membersAddedMax() + " users"));
    }
    long seq = state.tipHead + 1;
    List<Member> joining = new ArrayList<>(change.getUserIdsCount());
    for (String userId : new LinkedHashSet<>(change.getUserIdsList())) {
      Refusal problem = Rules.userProblem("add_members.user_ids", userId);
      if (problem != null) {
        return new Refused(problem);
      }
      if (state.roster.open(userId) == null) {
        joining.add(Member.newBuilder().setUserId(userId).setRole(Role.ROLE_MEMBER).setJoinSeq(seq).build());
      }
    }
    if (joining.isEmpty()) {
      return NO_CHANGE;
    }
    if (state.roster.members() + joining.size() > limits.membersMax()) {
      return new Refused(Refusals.full(limits.membersMax()));
    }
    return new Accepted(
        entry(MembershipAction.MEMBERSHIP_ACTION_ADDED, joining), new RosterChange.Joined(joining), null);
  }

  Decision remove(ConversationState state, Membership caller, RemoveMember change) {
    if (!state.isGroup()) {
      return GROUP_ONLY;
    }
    boolean leaves = change.getUserId().equals(caller.userId);
    if (!leaves && caller.role == Role.ROLE_MEMBER) {
      return PERMISSION_DENIED;
    }
    Membership removed = state.roster.open(change.getUserId());
    if (removed == null) {
      return NO_CHANGE;
    }
    if (!leaves && caller.role == Role.ROLE_ADMIN && removed.role != Role.ROLE_MEMBER) {
      return PERMISSION_DENIED;
    }
    if (isLastOwner(state, removed) && state.roster.members() > 1) {
      return LAST_OWNER;
    }
    MembershipAction action =
        leaves ? MembershipAction.MEMBERSHIP_ACTION_LEFT : MembershipAction.MEMBERSHIP_ACTION_REMOVED;
    return new Accepted(
        entry(action, List.of(member(removed, removed.role))), new RosterChange.Left(removed), null);
  }

  Decision setRole(ConversationState state, Membership caller, SetRole change) {
    if (!state.isGroup()) {
      return GROUP_ONLY;
    }
    if (caller.role != Role.ROLE_OWNER) {
      return PERMISSION_DENIED;
    }
    Role role = change.getRole();
    if (role == Role.ROLE_UNSPECIFIED || role == Role.UNRECOGNIZED) {
      return new Refused(Refusals.invalid("set_role.role", "MEMBER, ADMIN or OWNER"));
    }
    Membership member = state.roster.open(change.getUserId());
    if (member == null || member.role == role) {
      return NO_CHANGE;
    }
    if (isLastOwner(state, member)) {
      return LAST_OWNER;
    }
    return new Accepted(
        entry(MembershipAction.MEMBERSHIP_ACTION_ROLE_CHANGED, List.of(member(member, role))),
        new RosterChange.RoleSet(member, role),
        null);
  }

  Decision rename(ConversationState state, Membership caller, Rename change) {
    if (!state.isGroup()) {
      return GROUP_ONLY;
    }
    if (caller.role == Role.ROLE_MEMBER) {
      return PERMISSION_DENIED;
    }
    String title = change.getTitle();
    Refusal problem = Rules.titleProblem(limits, "rename.title", title);
    if (problem != null) {
      return new Refused(problem);
    }
    if (title.equals(state.tipTitle)) {
      return NO_CHANGE;
    }
    return new Accepted(
        Entry.newBuilder().setTitle(TitleChange.newBuilder().setTitle(title)), null, title);
  }

  private static boolean isLastOwner(ConversationState state, Membership member) {
    return member.role == Role.ROLE_OWNER && state.roster.owners() == 1;
  }

  private static Member member(Membership membership, Role role) {
    return Member.newBuilder()
        .setUserId(membership.userId)
        .setRole(role)
        .setJoinSeq(membership.joinSeq)
        .build();
  }

  private static Entry.Builder entry(MembershipAction action, List<Member> members) {
    return Entry.newBuilder()
        .setMembership(MembershipChange.newBuilder().setAction(action).addAllMembers(members));
  }
}
