package chasqui.mailbox;

import chasqui.log.v1.Member;
import chasqui.log.v1.Role;
import chasqui.store.v1.MembershipRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Every interval of membership of one conversation, queued changes included. What is committed is told from it by the
/// committed head: an interval that begins, or ends, above the head has not begun, or not ended, for a reader.
final class Roster {

  // The newest interval of each user; older ones hang behind it. In the order of first joining.
  private final Map<String, Membership> newest = new LinkedHashMap<>();
  private int members;
  private int committedMembers;
  private int owners;
  private int intervals;

  /// Takes in what is stored: ascending by join `seq`, all of it committed.
  void load(List<MembershipRow> rows) {
    for (MembershipRow row : rows) {
      Membership membership = add(new Membership(row, newest.get(row.getUserId())));
      if (row.getLeaveSeq() != 0) {
        leave(membership, row.getLeaveSeq(), row.getMessagesAtLeave());
      }
    }
    committedMembers = members;
  }

  /// The user's newest interval, open or not; null if the user never was a member.
  Membership newest(String userId) {
    return newest.get(userId);
  }

  /// The user's open interval; null if the user is no member, queued changes included.
  Membership open(String userId) {
    Membership membership = newest.get(userId);
    return membership != null && membership.isOpen() ? membership : null;
  }

  /// @param messages messages of the conversation so far
  Membership join(String userId, long seq, Role role, long messages) {
    return add(new Membership(userId, seq, role, messages, newest.get(userId)));
  }

  private Membership add(Membership membership) {
    newest.put(membership.userId, membership);
    members++;
    intervals++;
    owners += membership.role == Role.ROLE_OWNER ? 1 : 0;
    return membership;
  }

  /// @param messages messages of the conversation so far
  void leave(Membership membership, long seq, long messages) {
    Invariants.check(membership.isOpen(), "only an open interval is closed");
    membership.leaveSeq = seq;
    membership.messagesAtLeave = messages;
    members--;
    owners -= membership.role == Role.ROLE_OWNER ? 1 : 0;
  }

  void setRole(Membership membership, Role role) {
    owners += (role == Role.ROLE_OWNER ? 1 : 0) - (membership.role == Role.ROLE_OWNER ? 1 : 0);
    membership.role = role;
  }

  /// A queued change of so many members was committed.
  void committed(int joined, int left) {
    committedMembers += joined - left;
  }

  int members() {
    return members;
  }

  int committedMembers() {
    return committedMembers;
  }

  int owners() {
    return owners;
  }

  int intervals() {
    return intervals;
  }

  /// Who is or was a member, in the order of first joining, queued changes included.
  List<String> users() {
    return List.copyOf(newest.keySet());
  }

  /// Who is a member, queued changes included.
  List<String> openUsers() {
    List<String> users = new ArrayList<>(members);
    for (Membership membership : newest.values()) {
      if (membership.isOpen()) {
        users.add(membership.userId);
      }
    }
    return users;
  }

  /// Who is a member as of the committed `head`.
  List<Member> membersAt(long head) {
    List<Member> members = new ArrayList<>(committedMembers);
    for (Membership latest : newest.values()) {
      Membership membership = latest.begunAt(head);
      if (membership != null && membership.isOpenAt(head)) {
        members.add(membership.committedMember());
      }
    }
    return members;
  }
}
