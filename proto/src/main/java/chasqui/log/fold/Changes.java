package chasqui.log.fold;

import chasqui.log.v1.Entry;
import chasqui.log.v1.Message;
import chasqui.log.v1.RemovedContent;

/// The entries that change an earlier message: edits, deletions, reactions and pins.
public final class Changes {

  private static final Message REMOVED =
      Message.newBuilder().setRemoved(RemovedContent.getDefaultInstance()).build();

  private Changes() {}

  /// The `seq` of the message that the entry changes; 0 if it is none of these.
  public static long targetOf(Entry entry) {
    return switch (entry.getBodyCase()) {
      case EDIT -> entry.getEdit().getTargetSeq();
      case DELETION -> entry.getDeletion().getTargetSeq();
      case REACTION -> entry.getReaction().getTargetSeq();
      case PIN -> entry.getPin().getTargetSeq();
      case CREATED, MESSAGE, MEMBERSHIP, TITLE, RETENTION, TOMBSTONE, BODY_NOT_SET -> 0;
    };
  }

  public static boolean isChange(Entry entry) {
    return targetOf(entry) != 0;
  }

  /// What an index needs of a change: an edit loses its content, which stays in the log.
  public static Entry summary(Entry change) {
    if (!change.hasEdit()) {
      return change;
    }
    Entry.Builder summary = change.toBuilder();
    summary.getEditBuilder().clearMessage();
    return summary.build();
  }

  /// True for a message without a content, or with what the server leaves of a deleted one: nobody may send that.
  public static boolean saysNothing(Message message) {
    return message.getContentCase() == Message.ContentCase.CONTENT_NOT_SET || message.hasRemoved();
  }

  /// What is left of a message, or of an edit of one, once it is deleted: all but what it said. Of the mentions too,
  /// because they were counted.
  public static Entry emptied(Entry entry) {
    Entry.Builder emptied = entry.toBuilder();
    if (entry.hasEdit()) {
      emptied.getEditBuilder().setMessage(REMOVED);
    } else {
      emptied.setMessage(REMOVED.toBuilder().addAllMentionedUsers(entry.getMessage().getMentionedUsersList()));
    }
    return emptied.build();
  }
}
