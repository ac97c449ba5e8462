package chasqui.log.fold;

import chasqui.log.v1.Entry;

/// The entries that change an earlier message: edits, deletions, reactions and pins.
public final class Changes {

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

  /// What an index needs of a change: who changed what and when. An edit loses its content, which stays in the log.
  public static Entry summary(Entry change) {
    Entry.Builder summary =
        change.toBuilder().clearSenderDevice().clearClientMessageId();
    if (change.hasEdit()) {
      summary.getEditBuilder().clearMessage();
    }
    return summary.build();
  }
}
