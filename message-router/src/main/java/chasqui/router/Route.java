package chasqui.router;

import chasqui.discovery.Slots;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.CursorUpdate;
import chasqui.mailbox.v1.MailboxRequest;

/// Where a request goes, and whether it changes anything there. Pure.
///
/// @param slot whose owner is asked
/// @param write true where a lost answer leaves open whether it was done
/// @param refused why it goes nowhere; unspecified where it does
record Route(int slot, boolean write, Reason refused) {

  private static final int NONE = -1;

  static Route of(MailboxRequest request, Slots slots) {
    return switch (request.getOperationCase()) {
      case APPEND -> conversation(request.getAppend().getConversationId(), slots, true);
      case OPEN_POSITIONS -> positions(request, slots);
      case READ_CHANGES -> conversation(request.getReadChanges().getConversationId(), slots, false);
      case READ_RANGE -> conversation(request.getReadRange().getConversationId(), slots, false);
      case SAVE_CURSORS -> cursors(request, slots);
      case SAVE_READ_MARK -> conversation(request.getSaveReadMark().getConversationId(), slots, true);
      case LIST_RECEIPTS -> conversation(request.getListReceipts().getConversationId(), slots, false);
      case DESCRIBE_CONVERSATION -> conversation(request.getDescribeConversation().getConversationId(), slots, false);
      case READ_ACTIVITY -> conversation(request.getReadActivity().getConversationId(), slots, false);
      case TRACE_ENTRY -> conversation(request.getTraceEntry().getConversationId(), slots, false);
      // For routers only: an edge has no business with them.
      case READ_ROSTER, REPORT_UNREACHABLE -> refuse(Reason.REASON_PERMISSION_DENIED);
      case REGISTER_DEVICE, RENAME_DEVICE, SAVE_LAST_SEEN, REVOKE, COMPLETE_SYNC, SET_PRESENCE_VISIBILITY ->
          user(request.getCaller().getUserId(), slots, true);
      case READ_MARKS, LIST_MEMBERSHIPS, LIST_ACTIVITY, LIST_DEVICES, DERIVE_CONVERSATION_ID ->
          user(request.getCaller().getUserId(), slots, false);
      case DESCRIBE_PRESENCE -> user(request.getDescribePresence().getUserId(), slots, false);
      case OPERATION_NOT_SET -> refuse(Reason.REASON_UNIMPLEMENTED);
    };
  }

  private static Route conversation(String conversationId, Slots slots, boolean write) {
    return conversationId.isEmpty()
        ? refuse(Reason.REASON_INVALID_FIELD)
        : new Route(slots.of(conversationId), write, Reason.REASON_UNSPECIFIED);
  }

  private static Route user(String userId, Slots slots, boolean write) {
    return userId.isEmpty()
        ? refuse(Reason.REASON_INVALID_FIELD)
        : new Route(slots.of(userId), write, Reason.REASON_UNSPECIFIED);
  }

  private static Route positions(MailboxRequest request, Slots slots) {
    int slot = NONE;
    for (String conversationId : request.getOpenPositions().getConversationIdsList()) {
      int next = slots.of(conversationId);
      if (slot != NONE && next != slot) {
        return refuse(Reason.REASON_INVALID_FIELD);
      }
      slot = next;
    }
    return slot == NONE ? refuse(Reason.REASON_INVALID_FIELD) : new Route(slot, false, Reason.REASON_UNSPECIFIED);
  }

  private static Route cursors(MailboxRequest request, Slots slots) {
    int slot = NONE;
    for (CursorUpdate cursor : request.getSaveCursors().getCursorsList()) {
      int next = slots.of(cursor.getConversationId());
      if (slot != NONE && next != slot) {
        return refuse(Reason.REASON_INVALID_FIELD);
      }
      slot = next;
    }
    return slot == NONE ? refuse(Reason.REASON_INVALID_FIELD) : new Route(slot, true, Reason.REASON_UNSPECIFIED);
  }

  private static Route refuse(Reason reason) {
    return new Route(NONE, false, reason);
  }
}
