package chasqui.mailbox;

import chasqui.log.v1.Member;
import chasqui.mailbox.store.WatermarkStore.Watermark;
import chasqui.mailbox.v1.ListReceipts;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Receipts;
import java.util.List;
import java.util.Map;

/// Tells members how far the members got, a page at a time, by user id. Who is no member any more is told of nobody.
final class ReceiptPages {

  private static final int PAGE_DEFAULT = 100;

  private final StripeContext context;
  private final StateReads reads;

  ReceiptPages(StripeContext context, StateReads reads) {
    this.context = context;
    this.reads = reads;
  }

  void take(Ask ask) {
    reads.one(ask, ask.request.getListReceipts().getConversationId(), state -> list(ask, state));
  }

  private void list(Ask ask, ConversationState state) {
    String userId = ask.caller().getUserId();
    long head = state.clippedHead(userId);
    if (head == 0) {
      context.answers.refuse(ask, Refusals.NOT_FOUND);
      return;
    }
    Receipts.Builder answer = Receipts.newBuilder().setGeneration(state.generation);
    if (!state.roster.newest(userId).begunAt(state.head).isOpenAt(state.head)) {
      context.answers.give(ask, MailboxResponse.newBuilder().setReceipts(answer));
      return;
    }
    ListReceipts asked = ask.request.getListReceipts();
    int pageMax = context.config.reads().pageMax();
    int size = asked.getPageSize() == 0 ? Math.min(PAGE_DEFAULT, pageMax)
        : asked.getPageSize() < 0 ? pageMax : Math.min(asked.getPageSize(), pageMax);
    List<String> rest = state.roster.membersAt(state.head).stream()
        .map(Member::getUserId)
        .filter(member -> member.compareTo(asked.getAfterUser()) > 0)
        .sorted()
        .limit(size + 1L)
        .toList();
    List<String> users = rest.size() > size ? rest.subList(0, size) : rest;
    if (rest.size() > size) {
      answer.setNextAfterUser(users.getLast());
    }
    // Not kept in memory: a large group would fill it with what is rarely asked.
    context.when(context.store.watermarks().load(state.id, users), (found, failure) -> {
      if (failure != null) {
        context.answers.refuse(ask, context.readFailed(failure));
      } else {
        give(ask, state, head, users, found, answer);
      }
    });
  }

  private void give(
      Ask ask, ConversationState state, long head, List<String> users, Map<String, Watermark> found,
      Receipts.Builder answer) {
    long first = state.roster.newest(ask.caller().getUserId()).firstJoinSeq();
    for (String user : users) {
      answer.addReceipts(
          Watermarks.receipt(state, user, found.getOrDefault(user, Watermark.NOTHING), first, head));
    }
    context.answers.give(ask, MailboxResponse.newBuilder().setReceipts(answer));
  }
}
