package chasqui.mailbox;

import chasqui.log.v1.Entry;
import chasqui.log.v1.Member;
import chasqui.log.v1.MembershipAction;
import chasqui.log.v1.MembershipChange;
import chasqui.log.v1.Message;
import chasqui.mailbox.v1.Append;

/// Whether an append under a known id asks for what its entry says: then it is a repeat, else the id was reused.
///
/// An entry that adds members leaves out those who were members already, so there the asked users must only include the
/// added ones. Of deleted or erased content nothing is left to compare: the append counts as a repeat.
final class Payloads {

  private Payloads() {}

  static boolean same(Entry entry, Append append) {
    if (entry.hasTombstone()) {
      return true;
    }
    return switch (append.getChangeCase()) {
      case MESSAGE -> entry.hasMessage() && same(entry.getMessage(), append.getMessage());
      case EDIT -> entry.hasEdit()
          && entry.getEdit().getTargetSeq() == append.getEdit().getTargetSeq()
          && same(entry.getEdit().getMessage(), append.getEdit().getMessage());
      case DELETION -> entry.hasDeletion() && entry.getDeletion().equals(append.getDeletion());
      case REACTION -> entry.hasReaction() && entry.getReaction().equals(append.getReaction());
      case PIN -> entry.hasPin() && entry.getPin().equals(append.getPin());
      case ADD_MEMBERS -> has(entry, MembershipAction.MEMBERSHIP_ACTION_ADDED)
          && entry.getMembership().getMembersList().stream()
              .allMatch(member -> append.getAddMembers().getUserIdsList().contains(member.getUserId()));
      case REMOVE_MEMBER -> {
        boolean leaves = append.getRemoveMember().getUserId().equals(entry.getSenderUser());
        yield has(entry, leaves ? MembershipAction.MEMBERSHIP_ACTION_LEFT : MembershipAction.MEMBERSHIP_ACTION_REMOVED)
            && only(entry.getMembership()).getUserId().equals(append.getRemoveMember().getUserId());
      }
      case SET_ROLE -> has(entry, MembershipAction.MEMBERSHIP_ACTION_ROLE_CHANGED)
          && only(entry.getMembership()).getUserId().equals(append.getSetRole().getUserId())
          && only(entry.getMembership()).getRole() == append.getSetRole().getRole();
      case RENAME -> entry.hasTitle() && entry.getTitle().getTitle().equals(append.getRename().getTitle());
      case CREATE, CHANGE_NOT_SET -> false;
    };
  }

  private static boolean same(Message stored, Message asked) {
    return stored.hasRemoved() || stored.equals(asked);
  }

  private static boolean has(Entry entry, MembershipAction action) {
    return entry.hasMembership() && entry.getMembership().getAction() == action;
  }

  private static Member only(MembershipChange change) {
    return change.getMembers(0);
  }
}
