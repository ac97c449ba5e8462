package chasqui.edge.session;

import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.RangeRequest;
import chasqui.edge.v1.ServerFrame;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.RangeRead;
import chasqui.mailbox.v1.ReadRange;
import java.util.ArrayList;
import java.util.List;

/// Answers range requests: page after page, each read once the one before is written. Touches no track.
final class RangeRepair {

  private final SessionContext session;
  private final SendBudget budget;
  private List<Repair> repairs = List.of();

  RangeRepair(SessionContext session, SendBudget budget) {
    this.session = session;
    this.budget = budget;
  }

  /// Requests not fully answered.
  int open() {
    return repairs.size();
  }

  void request(RangeRequest request, long nowMillis) {
    // Positions are unsigned on the wire; beyond the signed range there is nothing.
    if (request.getAfter() < 0 || request.getUpto() <= request.getAfter()) {
      error(request, Reason.REASON_INVALID_FIELD, "upto must be above after", nowMillis);
      return;
    }
    if (repairs.size() >= session.limits().inbound().rangesMax()) {
      error(request, Reason.REASON_OVERLOADED, "too many range requests wait", nowMillis);
      return;
    }
    SendBudget.Wait wait = budget.call(request.getConversationId(), nowMillis);
    if (wait != null) {
      session.out.control(
          ServerFrames.rateLimited(wait.why(), request.getConversationId(), request.getRequestId(), wait.pauseMillis()),
          nowMillis);
      return;
    }
    long width = Math.min(request.getUpto() - request.getAfter(), session.limits().inbound().rangeEntriesMax());
    Repair repair = new Repair(request, request.getAfter(), request.getAfter() + width);
    if (ask(repair, nowMillis)) {
      if (repairs.isEmpty()) {
        repairs = new ArrayList<>(2);
      }
      repairs.add(repair);
    }
  }

  /// Writes the answers that came, as far as the sink takes them.
  void pump(long nowMillis) {
    for (int i = 0; i < repairs.size() && session.out.isReady(); i++) {
      Repair repair = repairs.get(i);
      if (repair.page != null && !write(repair, nowMillis)) {
        repairs.remove(i--);
      }
    }
  }

  /// Writes a page; false where it was the last.
  private boolean write(Repair repair, long nowMillis) {
    RangeRead page = repair.page;
    repair.page = null;
    long after = repair.after;
    repair.after = Math.clamp(page.getUpto(), after, repair.upto);
    session.out.write(
        ServerFrame.newBuilder()
            .setDelivery(Delivery.newBuilder()
                .setConversationId(repair.request.getConversationId())
                .setGeneration(page.getGeneration())
                .setAfter(after)
                .setUpto(repair.after)
                .addAllEntries(page.getEntriesList())
                .setHead(page.getHead())
                .setRequestId(repair.request.getRequestId()))
            .build(),
        nowMillis);
    session.metrics().delivered(page.getEntriesCount());
    return repair.after > after && repair.after < Math.min(repair.upto, page.getHead()) && ask(repair, nowMillis);
  }

  private boolean ask(Repair repair, long nowMillis) {
    RouterPort.Taken taken = session.ask(
        MailboxRequest.newBuilder().setReadRange(ReadRange.newBuilder()
            .setConversationId(repair.request.getConversationId())
            .setAfter(repair.after)
            .setUpto(repair.upto)
            .setEntriesMax(session.limits().delivery().entriesMax())
            .setBytesMax(session.limits().delivery().bytesMax())),
        (response, now) -> answered(repair, response, now));
    switch (taken) {
      case TAKEN -> session.metrics().rangeRead();
      case FULL -> error(repair.request, Reason.REASON_OVERLOADED, "too many requests wait", nowMillis);
      case UNREACHABLE -> error(repair.request, Reason.REASON_UNAVAILABLE, "no router is reachable", nowMillis);
    }
    return taken == RouterPort.Taken.TAKEN;
  }

  private void answered(Repair repair, MailboxResponse response, long nowMillis) {
    if (response.getOutcomeCase() == MailboxResponse.OutcomeCase.RANGE_READ) {
      repair.page = response.getRangeRead();
      return;
    }
    repairs.remove(repair);
    budget.refused(response.getRefusal().getReason(), nowMillis);
    error(repair.request, response.getRefusal().getReason(), response.getRefusal().getMessage(), nowMillis);
  }

  private void error(RangeRequest request, Reason reason, String message, long nowMillis) {
    session.out.control(
        ServerFrames.error(reason, message, request.getConversationId(), request.getRequestId()), nowMillis);
  }

  private static final class Repair {
    final RangeRequest request;
    final long upto;
    long after;
    RangeRead page;

    Repair(RangeRequest request, long after, long upto) {
      this.request = request;
      this.after = after;
      this.upto = upto;
    }
  }
}
