package chasqui.edge.unary;

import chasqui.conversation.v1.Conversation;
import chasqui.conversation.v1.ListConversationsRequest;
import chasqui.conversation.v1.ListConversationsResponse;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.ListMemberships;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.Memberships;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/// One page of a user's conversations: the ids from the user's owner, then each described by its own, a few at a time.
final class ConversationList {

  private static final int PAGE_DEFAULT = 100;
  private static final int ASKED_MAX = 16;

  private final Calls.Call<ListConversationsResponse> call;
  private final ListConversationsRequest request;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private volatile Memberships page;
  private volatile AtomicReferenceArray<Conversation> found;

  ConversationList(Calls.Call<ListConversationsResponse> call, ListConversationsRequest request) {
    this.call = call;
    this.request = request;
  }

  void start() {
    int pageSize = request.getPageSize() == 0 ? PAGE_DEFAULT : request.getPageSize();
    call.ask(
        MailboxRequest.newBuilder().setListMemberships(
            ListMemberships.newBuilder().setPageToken(request.getPageToken()).setPageSize(pageSize)),
        response -> {
          page = response.getMemberships();
          found = new AtomicReferenceArray<>(page.getConversationIdsCount());
          if (page.getConversationIdsCount() == 0) {
            reply();
          }
          for (int i = 0; i < Math.min(ASKED_MAX, page.getConversationIdsCount()); i++) {
            describeNext();
          }
        });
  }

  private void describeNext() {
    int at = next.getAndIncrement();
    if (at >= page.getConversationIdsCount() || call.isOver()) {
      return;
    }
    MailboxRequest.Builder describe =
        ConversationRpc.describe(page.getConversationIds(at), ConversationRpc.MEMBERS_SHOWN);
    call.ask(
        describe,
        response -> {
          found.set(at, ConversationRpc.conversation(response.getConversation()));
          described();
        },
        refusal -> {
          // A conversation that the caller has left may no longer be described; it is not in the list then.
          if (refusal.getReason() == Reason.REASON_NOT_FOUND) {
            described();
          } else {
            call.fail(Calls.refusal(describe.getOperationCase(), refusal));
          }
        });
  }

  private void described() {
    if (answered.incrementAndGet() == page.getConversationIdsCount()) {
      reply();
    } else {
      describeNext();
    }
  }

  private void reply() {
    List<Conversation> conversations =
        IntStream.range(0, found.length()).mapToObj(found::get).filter(Objects::nonNull).toList();
    call.reply(ListConversationsResponse.newBuilder()
        .addAllConversations(conversations)
        .setNextPageToken(page.getNextPageToken())
        .build());
  }
}
