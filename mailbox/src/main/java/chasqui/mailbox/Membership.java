package chasqui.mailbox;

import chasqui.log.v1.Member;
import chasqui.log.v1.Role;
import chasqui.store.v1.MembershipRow;

/// One interval of a user's membership: what the user may read, and what the user may do while it is open.
final class Membership {

  final String userId;
  final long joinSeq;
  /// The interval before, if the user joined again.
  final Membership earlier;
  /// The last `seq` of the interval, queued entries included; 0 while it is open.
  long leaveSeq;
  /// The role, queued entries included.
  Role role;
  /// The role as of the committed head.
  Role committedRole;
  /// Messages of the conversation before this interval, and up to its end once it has one; queued ones included.
  final long messagesBefore;
  long messagesAtLeave;
  /// Messages that the user sent, and messages of others that mention the user, in this interval: queued ones included,
  /// and as of the committed head.
  long sent;
  long mentions;
  long committedSent;
  long committedMentions;

  Membership(String userId, long joinSeq, Role role, long messagesBefore, Membership earlier) {
    this.userId = userId;
    this.joinSeq = joinSeq;
    this.role = role;
    this.committedRole = role;
    this.messagesBefore = messagesBefore;
    this.earlier = earlier;
  }

  /// One that is stored; it was not left.
  Membership(MembershipRow row, Membership earlier) {
    this(row.getUserId(), row.getJoinSeq(), row.getRole(), row.getMessagesBefore(), earlier);
    sent = row.getSentCount();
    mentions = row.getMentionCount();
    committedSent = sent;
    committedMentions = mentions;
  }

  boolean isOpen() {
    return leaveSeq == 0;
  }

  /// True if, as of `head`, the user had joined and not left.
  boolean isOpenAt(long head) {
    return joinSeq <= head && (leaveSeq == 0 || leaveSeq > head);
  }

  /// The last `seq` of this interval that is not above `head`; below `joinSeq` if the interval begins after it.
  long endAt(long head) {
    return leaveSeq == 0 ? head : Math.min(leaveSeq, head);
  }

  /// The newest interval that has begun at `head`, from this one backwards; null if none has.
  Membership begunAt(long head) {
    Membership interval = this;
    while (interval != null && interval.joinSeq > head) {
      interval = interval.earlier;
    }
    return interval;
  }

  /// True if some interval, from this one backwards, holds `seq`.
  boolean sees(long seq) {
    for (Membership interval = this; interval != null; interval = interval.earlier) {
      if (seq >= interval.joinSeq) {
        return interval.leaveSeq == 0 || seq <= interval.leaveSeq;
      }
    }
    return false;
  }

  /// The `seq` by which the user joined for the first time.
  long firstJoinSeq() {
    Membership interval = this;
    while (interval.earlier != null) {
      interval = interval.earlier;
    }
    return interval.joinSeq;
  }

  MembershipRow row() {
    return MembershipRow.newBuilder()
        .setUserId(userId)
        .setJoinSeq(joinSeq)
        .setLeaveSeq(leaveSeq)
        .setRole(role)
        .setMessagesBefore(messagesBefore)
        .setMessagesAtLeave(messagesAtLeave)
        .setSentCount(sent)
        .setMentionCount(mentions)
        .build();
  }

  /// The member as of the committed head.
  Member committedMember() {
    return Member.newBuilder().setUserId(userId).setRole(committedRole).setJoinSeq(joinSeq).build();
  }
}
