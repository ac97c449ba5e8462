package chasqui.mailbox;

import chasqui.discovery.Slots;
import chasqui.mailbox.v1.CursorUpdate;
import chasqui.mailbox.v1.MailboxRequest;
import java.util.List;

/// Which slot a request is for: the conversation's, or the user's.
///
/// @param slots N of the data set
public record RequestSlots(Slots slots) {

  /// What {@link #of} gives for a request that names conversations of several slots, or no operation.
  public static final int NONE = -1;

  /// The slot, or {@link #NONE}.
  public int of(MailboxRequest request) {
    return switch (request.getOperationCase()) {
      case APPEND -> slots.of(request.getAppend().getConversationId());
      case READ_CHANGES -> slots.of(request.getReadChanges().getConversationId());
      case READ_RANGE -> slots.of(request.getReadRange().getConversationId());
      case SAVE_READ_MARK -> slots.of(request.getSaveReadMark().getConversationId());
      case LIST_RECEIPTS -> slots.of(request.getListReceipts().getConversationId());
      case DESCRIBE_CONVERSATION -> slots.of(request.getDescribeConversation().getConversationId());
      case READ_ACTIVITY -> slots.of(request.getReadActivity().getConversationId());
      case TRACE_ENTRY -> slots.of(request.getTraceEntry().getConversationId());
      case READ_ROSTER -> slots.of(request.getReadRoster().getConversationId());
      case OPEN_POSITIONS -> common(request.getOpenPositions().getConversationIdsList());
      case SAVE_CURSORS ->
          common(request.getSaveCursors().getCursorsList().stream().map(CursorUpdate::getConversationId).toList());
      case READ_MARKS, LIST_MEMBERSHIPS, LIST_ACTIVITY, REGISTER_DEVICE, LIST_DEVICES, REVOKE, COMPLETE_SYNC,
          DERIVE_CONVERSATION_ID, RENAME_DEVICE, SAVE_LAST_SEEN, SET_PRESENCE_VISIBILITY ->
          slots.of(request.getCaller().getUserId());
      case DESCRIBE_PRESENCE -> slots.of(request.getDescribePresence().getUserId());
      case REPORT_UNREACHABLE, OPERATION_NOT_SET -> NONE;
    };
  }

  // Nothing asked is for any slot.
  private int common(List<String> conversationIds) {
    int common = conversationIds.isEmpty() ? 0 : slots.of(conversationIds.getFirst());
    for (String id : conversationIds) {
      if (slots.of(id) != common) {
        return NONE;
      }
    }
    return common;
  }
}
