package chasqui.drills.sim.mesh;

import chasqui.discovery.Slots;
import chasqui.drills.sim.shared.SharedStoreNode;
import chasqui.drills.sim.store.ConversationTable;
import chasqui.mailbox.RequestSlots;
import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.OpenPosition;
import chasqui.store.v1.MembershipRow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Holds every head that any mailbox answers against what had been told before the question came: whoever was replaced
/// without knowing it must not show less. And every epoch against the rows of custody.
final class Freshness {

  private record Question(Object link, long requestId) {}

  /// @param heads what had been told of these conversations by then
  private record Asked(String user, int slot, Map<String, Long> heads) {}

  private final SharedStoreNode store;
  private final RequestSlots slots;
  private final Consumer<String> complaint;
  // The newest seq that was acked or pushed, by conversation.
  private final Map<String, Long> told = new HashMap<>();
  private final Map<Question, Asked> open = new HashMap<>();

  Freshness(SharedStoreNode store, int slots, Consumer<String> complaint) {
    this.store = store;
    this.slots = new RequestSlots(new Slots(slots));
    this.complaint = complaint;
  }

  Eavesdropper at(String incarnation) {
    return new Eavesdropper() {
      @Override
      public void asked(Object link, MailboxRequest request) {
        int slot = slots.of(request);
        if (slot != RequestSlots.NONE) {
          Map<String, Long> heads = new TreeMap<>();
          conversations(request).forEach(id -> heads.put(id, told.getOrDefault(id, 0L)));
          open.put(new Question(link, request.getRequestId()), new Asked(request.getCaller().getUserId(), slot, heads));
        }
      }

      @Override
      public void said(Object link, MailboxEvent event) {
        if (event.hasPush()) {
          told.merge(event.getPush().getConversationId(), event.getPush().getEntry().getSeq(), Math::max);
        }
        if (event.hasResponse()) {
          Asked asked = open.remove(new Question(link, event.getResponse().getRequestId()));
          if (asked != null && !event.getResponse().hasRefusal()) {
            answered(incarnation, asked, event.getResponse());
          }
        }
      }
    };
  }

  private static List<String> conversations(MailboxRequest request) {
    return switch (request.getOperationCase()) {
      case OPEN_POSITIONS -> request.getOpenPositions().getConversationIdsList();
      case READ_RANGE -> List.of(request.getReadRange().getConversationId());
      case DESCRIBE_CONVERSATION -> List.of(request.getDescribeConversation().getConversationId());
      default -> List.of();
    };
  }

  private void answered(String incarnation, Asked asked, MailboxResponse answer) {
    if (!store.hasOwned(asked.slot(), incarnation, answer.getEpoch())) {
      complaint.accept("custody: " + incarnation + " answers for slot " + asked.slot() + " in epoch " + answer.getEpoch()
          + ", which it never had");
    }
    switch (answer.getOutcomeCase()) {
      case APPENDED -> told.merge(answer.getAppended().getConversationId(), answer.getAppended().getSeq(), Math::max);
      case POSITIONS -> {
        for (OpenPosition position : answer.getPositions().getPositionsList()) {
          check(incarnation, asked, position.getConversationId(), position.getHead());
        }
      }
      case RANGE_READ -> check(incarnation, asked, answer.getRangeRead().getConversationId(), answer.getRangeRead().getHead());
      case CONVERSATION ->
          check(incarnation, asked, answer.getConversation().getConversationId(), answer.getConversation().getHead());
      default -> {}
    }
  }

  private void check(String incarnation, Asked asked, String conversation, long head) {
    long least = Math.min(asked.heads().getOrDefault(conversation, 0L), visible(conversation, asked.user()));
    if (head < least) {
      complaint.accept("custody: " + incarnation + " shows " + asked.user() + " the head " + head + " of " + conversation
          + ", and " + least + " was told before it was asked");
    }
  }

  /// How far a user sees now; nothing of one who has come and gone more than once, which would take more looking.
  private long visible(String conversation, String user) {
    ConversationTable table = store.truth().conversations().get(conversation);
    List<MembershipRow> rows = table == null ? List.of()
        : table.memberships().stream().filter(row -> row.getUserId().equals(user)).toList();
    if (rows.size() != 1) {
      return 0;
    }
    return rows.getFirst().getLeaveSeq() == 0 ? table.row().getHead() : rows.getFirst().getLeaveSeq();
  }
}
