package chasqui.edge.unary;

import chasqui.conversation.v1.Conversation;
import chasqui.conversation.v1.ListConversationsRequest;
import chasqui.conversation.v1.ListConversationsResponse;
import chasqui.edge.budget.Spent;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.ListActivity;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.ReadActivity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/// One page of a user's conversations, those that moved last first.
///
/// The user's owner tells which moved when, by days; the owners of those conversations tell the stamps, by which they are
/// put in order; those of the page are described. A conversation stands in every span of time in which it moved, and is
/// given in the one of its newest entry, as of the moment of the first page: so a list needs no memory between its pages.
final class ConversationList {

  private static final int PAGE_DEFAULT = 100;
  private static final int READ_AT_ONCE = 2 * ListGroups.SIZE;
  // Stamps asked for one page: where conversations of older days have all moved since, the page is short.
  private static final int LOOKED_AT_MAX = 1_000;
  // Entries are up to 64 KiB each; what is described beyond the bound is thrown away.
  private static final int PAGE_BYTES_MAX = 1 << 20;
  private static final int DESCRIBED_AT_ONCE = 16;
  // Conversations that are looked at or described for what a call costs: about the work of a page of history.
  private static final int ASKED_PER_CALL = 40;

  private final Calls.Call<ListConversationsResponse> call;
  private final int pageSize;
  private final ListConversationsResponse.Builder page = ListConversationsResponse.newBuilder();
  /// When conversations that were asked about last moved; 0 for one that the caller may not know of any more.
  private final Map<String, Long> stamps = new ConcurrentHashMap<>();
  private final List<Found> found = new ArrayList<>();
  private ListPlace place;
  private boolean isLast;
  private int looked;
  private int asked;
  private int bytes;

  /// @param group in which it was found
  private record Found(ListGroups.Group group, String conversationId, long stampMicros) {
    static final Comparator<Found> BY_ID = Comparator.comparing(Found::conversationId);
    static final Comparator<Found> NEWEST_FIRST =
        Comparator.comparingLong(Found::stampMicros).reversed().thenComparing(BY_ID);

    boolean isAwaited() {
      return group.place().awaits(stampMicros, conversationId);
    }

    ListPlace behind() {
      return group.after(stampMicros, conversationId);
    }
  }

  private ConversationList(Calls.Call<ListConversationsResponse> call, ListPlace place, int pageSize) {
    this.call = call;
    this.place = place;
    this.pageSize = pageSize;
  }

  static void answer(Calls.Call<ListConversationsResponse> call, ListConversationsRequest request, Instant now) {
    Optional<ListPlace> place = request.getPageToken().isEmpty()
        ? Optional.of(ListPlace.first(now)) : ListPlace.parse(request.getPageToken(), call.user(), now);
    if (place.isEmpty()) {
      call.fail(Validation.invalid("page_token", "page_token: one of the page before, no older than a week"));
      return;
    }
    int pageSize = request.getPageSize() == 0 ? PAGE_DEFAULT : request.getPageSize();
    Spent spent = call.list();
    if (spent == null) {
      new ConversationList(call, place.get(), pageSize).read();
    } else {
      call.fail(spent.status());
    }
  }

  private void read() {
    call.ask(
        MailboxRequest.newBuilder().setListActivity(ListActivity.newBuilder()
            .setFrom(place.span())
            .setAfterConversationId(place.after())
            .setOldestDay(place.oldestDay())
            .setPageSize(READ_AT_ONCE)),
        response -> list(ListGroups.of(place, response.getActivity()), response.getActivity().getMore()));
  }

  /// Goes on with the first of these groups.
  private void list(List<ListGroups.Group> groups, boolean more) {
    if (groups.isEmpty() && more && !isEnough()) {
      read();
    } else if (groups.isEmpty() || isEnough()) {
      isLast = groups.isEmpty() && !more;
      describe(0);
    } else {
      place = groups.getFirst().place();
      List<String> unknown =
          groups.getFirst().conversationIds().stream().filter(id -> !stamps.containsKey(id)).toList();
      looked += unknown.size();
      FewAtATime.ask(unknown.size(), (i, answered) -> look(unknown.get(i), answered), () -> take(groups, more));
    }
  }

  private boolean isEnough() {
    return found.size() >= pageSize || looked >= LOOKED_AT_MAX;
  }

  private void look(String conversationId, Runnable answered) {
    ask(
        MailboxRequest.newBuilder().setReadActivity(
            ReadActivity.newBuilder().setConversationId(conversationId).setAsOfMicros(place.asOfMicros())),
        response -> {
          stamps.put(conversationId, response.map(known -> known.getActivityRead().getStampMicros()).orElse(0L));
          answered.run();
        });
  }

  /// The stamps of the group are known.
  private void take(List<ListGroups.Group> groups, boolean more) {
    ListGroups.Group group = groups.getFirst();
    List<Found> awaited = group.conversationIds().stream()
        .map(id -> new Found(group, id, stamps.get(id)))
        .filter(Found::isAwaited).sorted(group.isPart() ? Found.BY_ID : Found.NEWEST_FIRST).toList();
    int room = pageSize - found.size();
    if (awaited.size() > room) {
      found.addAll(awaited.subList(0, room));
      place = found.getLast().behind();
      describe(0);
    } else {
      found.addAll(awaited);
      place = group.behind();
      list(groups.subList(1, groups.size()), more);
    }
  }

  private void describe(int from) {
    int count = Math.min(DESCRIBED_AT_ONCE, found.size() - from);
    AtomicReferenceArray<Conversation> described = new AtomicReferenceArray<>(DESCRIBED_AT_ONCE);
    FewAtATime.ask(
        count,
        (i, answered) -> ask(
            ConversationRpc.describe(found.get(from + i).conversationId(), ConversationRpc.MEMBERS_SHOWN, true),
            response -> {
              response.ifPresent(known -> described.set(i, ConversationRpc.conversation(known.getConversation())));
              answered.run();
            }),
        () -> {
          if (add(from, count, described) && from + count < found.size()) {
            describe(from + count);
          } else {
            reply();
          }
        });
  }

  /// Puts them on the page; false where it is full before them all.
  private boolean add(int from, int count, AtomicReferenceArray<Conversation> described) {
    for (int i = 0; i < count; i++) {
      Conversation conversation = described.get(i);
      if (conversation == null) {
        continue;
      }
      bytes += conversation.getSerializedSize();
      if (bytes > PAGE_BYTES_MAX && page.getConversationsCount() > 0) {
        place = found.get(from + i - 1).behind();
        isLast = false;
        return false;
      }
      page.addConversations(conversation);
    }
    return true;
  }

  private void reply() {
    call.reply(page.setNextPageToken(isLast ? "" : place.token(call.user())).build());
  }

  /// Asks about a conversation; empty for one that the caller may not know of any more.
  private void ask(MailboxRequest.Builder request, Consumer<Optional<MailboxResponse>> then) {
    if (!call.isAwaited()) {
      return;
    }
    asked++;
    if (asked % ASKED_PER_CALL == 0) {
      call.charge(1);
    }
    call.ask(request, response -> then.accept(Optional.of(response)), refusal -> {
      if (refusal.getReason() == Reason.REASON_NOT_FOUND) {
        then.accept(Optional.empty());
      } else {
        call.fail(Calls.refusal(request.getOperationCase(), refusal));
      }
    });
  }
}
