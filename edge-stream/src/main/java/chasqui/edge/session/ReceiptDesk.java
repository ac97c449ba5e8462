package chasqui.edge.session;

import chasqui.edge.v1.Position;
import chasqui.edge.v1.Receipt;
import chasqui.edge.v1.ReceiptKind;
import chasqui.edge.v1.ServerFrame;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.MemberReceipt;
import chasqui.mailbox.v1.OpenPosition;
import chasqui.mailbox.v1.ReadMarkSaved;
import chasqui.mailbox.v1.ReadState;
import chasqui.mailbox.v1.ReceiptMoved;
import chasqui.mailbox.v1.SaveReadMark;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Receipts on one stream, both ways: what the person read is stored, one mark of a conversation at a time; what others
/// received and read is told as the stream allows, the newest of each.
final class ReceiptDesk {

  /// Conversations with a mark that is not answered; beyond: `OVERLOADED`.
  static final int MARKS_MAX = 32;
  /// Receipts that wait for the stream; beyond, dropped. About 200 bytes each.
  static final int HELD_MAX = 128;
  /// Receipts that one position brings at most: the own mark, and both of the other member.
  private static final int PER_POSITION = 3;
  /// Receipts written in a second: more than any chat, less than would hold up what follows.
  private static final int WRITTEN_PER_SECOND = 500;

  private final SessionContext session;
  private final SendBudget budget;
  private final EphemeralLane lane;
  // The mark that its owner is asked to store, and the one after it; null while nothing is asked.
  private Map<String, Mark> marks;

  private static final class Mark {
    final Position asked;
    Position next;

    Mark(Position asked) {
      this.asked = asked;
    }
  }

  ReceiptDesk(SessionContext session, SendBudget budget, long nowMillis) {
    this.session = session;
    this.budget = budget;
    // The newest watermark never grows old.
    this.lane = new EphemeralLane(session, HELD_MAX, Long.MAX_VALUE / 2, WRITTEN_PER_SECOND, nowMillis);
  }

  /// Marks that are not answered.
  int open() {
    return marks == null ? 0 : marks.size();
  }

  /// The person read. While a mark of the conversation is being stored, only the highest of those that follow is kept.
  void read(Position position, long nowMillis) {
    Mark before = marks == null ? null : marks.get(position.getConversationId());
    if (before == null) {
      ask(position, nowMillis);
    } else if (isBeyond(position, before.next == null ? before.asked : before.next)) {
      before.next = position;
    }
  }

  private static boolean isBeyond(Position one, Position other) {
    return one.getGeneration() != other.getGeneration()
        || Long.compareUnsigned(one.getSeq(), other.getSeq()) > 0;
  }

  private void ask(Position position, long nowMillis) {
    if (open() >= MARKS_MAX) {
      error(position, Reason.REASON_OVERLOADED, "too many read marks wait", nowMillis);
      return;
    }
    SendBudget.Wait wait = budget.call(position.getConversationId(), nowMillis);
    if (wait != null) {
      session.out.control(
          ServerFrames.rateLimited(wait.why(), position.getConversationId(), 0, wait.pauseMillis()), nowMillis);
      return;
    }
    RouterPort.Taken taken = session.ask(
        MailboxRequest.newBuilder().setSaveReadMark(SaveReadMark.newBuilder()
            .setConversationId(position.getConversationId())
            .setGeneration(position.getGeneration())
            .setRead(position.getSeq())),
        (response, now) -> answered(position.getConversationId(), response, now));
    switch (taken) {
      case TAKEN -> {
        marks = marks == null ? new LinkedHashMap<>(4) : marks;
        marks.put(position.getConversationId(), new Mark(position));
      }
      case FULL -> error(position, Reason.REASON_OVERLOADED, "too many requests wait", nowMillis);
      case UNREACHABLE -> error(position, Reason.REASON_UNAVAILABLE, "no router is reachable", nowMillis);
    }
  }

  private void answered(String conversationId, MailboxResponse response, long nowMillis) {
    Mark mark = marks.remove(conversationId);
    if (mark.next != null) {
      ask(mark.next, nowMillis);
    } else if (response.hasReadMarkSaved()) {
      ReadMarkSaved saved = response.getReadMarkSaved();
      session.out.control(
          frame(own(conversationId, saved.getGeneration(), saved.getReadState())), nowMillis);
    } else {
      budget.refused(response.getRefusal().getReason(), nowMillis);
      error(mark.asked, response.getRefusal().getReason(), response.getRefusal().getMessage(), nowMillis);
    }
  }

  private void error(Position position, Reason reason, String message, long nowMillis) {
    session.out.control(ServerFrames.error(reason, message, position.getConversationId(), 0), nowMillis);
  }

  /// Takes in what a position says, to be told.
  void opened(OpenPosition position, long nowMillis) {
    String conversationId = position.getConversationId();
    if (position.getReadState().getRead() > 0) {
      told(own(conversationId, position.getGeneration(), position.getReadState()), nowMillis);
    }
    for (MemberReceipt other : position.getReceiptsList()) {
      of(conversationId, position.getGeneration(), other).forEach(receipt -> told(receipt, nowMillis));
    }
  }

  /// Whether a few more positions may be opened without dropping what they say.
  boolean hasRoom() {
    return lane.held() + PER_POSITION * session.limits().sync().openMax() <= HELD_MAX || lane.held() == 0;
  }

  private void told(Receipt receipt, long nowMillis) {
    told(SessionEvent.Told.of(receipt), nowMillis);
  }

  void told(SessionEvent.Told told, long nowMillis) {
    lane.told(told, nowMillis);
  }

  void pump(long nowMillis) {
    lane.pump(nowMillis);
  }

  private Receipt own(String conversationId, long generation, ReadState state) {
    return receipt(conversationId, generation, session.caller().getUserId(), ReceiptKind.RECEIPT_KIND_READ, state.getRead())
        .setUnreadMessages(state.getUnreadMessages())
        .setUnreadMentions(state.getUnreadMentions())
        .build();
  }

  /// What rose, as a device is told of it: read implies received, so that is told only where it is further.
  static List<Receipt> of(ReceiptMoved moved) {
    List<Receipt> receipts = of(moved.getConversationId(), moved.getGeneration(), MemberReceipt.newBuilder()
        .setUserId(moved.getUserId()).setDelivered(moved.getDelivered()).setRead(moved.getRead()).build());
    return !moved.hasLeft() ? receipts : receipts.stream().map(receipt -> receipt.toBuilder()
        .setUnreadMessages(moved.getLeft().getUnreadMessages())
        .setUnreadMentions(moved.getLeft().getUnreadMentions())
        .build()).toList();
  }

  private static List<Receipt> of(String conversationId, long generation, MemberReceipt member) {
    List<Receipt> receipts = new ArrayList<>(2);
    if (member.getRead() > 0) {
      receipts.add(receipt(
          conversationId, generation, member.getUserId(), ReceiptKind.RECEIPT_KIND_READ, member.getRead()).build());
    }
    if (member.getDelivered() > member.getRead()) {
      receipts.add(receipt(
          conversationId, generation, member.getUserId(), ReceiptKind.RECEIPT_KIND_DELIVERED, member.getDelivered()).build());
    }
    return receipts;
  }

  private static Receipt.Builder receipt(
      String conversationId, long generation, String userId, ReceiptKind kind, long seq) {
    return Receipt.newBuilder()
        .setUserId(userId)
        .setKind(kind)
        .setPosition(Position.newBuilder().setConversationId(conversationId).setGeneration(generation).setSeq(seq));
  }

  private static ServerFrame frame(Receipt receipt) {
    return ServerFrame.newBuilder().setReceipt(receipt).build();
  }
}
