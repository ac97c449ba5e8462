package chasqui.edge.unary;

import static chasqui.edge.unary.UnaryRig.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.conversation.v1.Conversation;
import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.ListConversationsRequest;
import chasqui.conversation.v1.ListConversationsResponse;
import chasqui.edge.budget.BudgetLimits;
import chasqui.error.v1.Reason;
import chasqui.link.Rate;
import chasqui.log.v1.Entry;
import chasqui.mailbox.v1.Activity;
import chasqui.mailbox.v1.ActivityRead;
import chasqui.mailbox.v1.ConversationDescription;
import chasqui.mailbox.v1.ListActivity;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxRequest.OperationCase;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Moved;
import chasqui.mailbox.v1.TimeSpan;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The list of conversations by activity, over owners that are a map from conversations to the stamps of their entries.
class ConversationListTest {

  private static final long DAY = Duration.ofDays(1).toMillis() * 1000;

  // The clock stands still, and what looks cost is the business of another test.
  private static final Rate PLENTY = new Rate(1_000_000, 1_000_000);

  private final UnaryRig rig =
      new UnaryRig(new BudgetLimits(PLENTY, PLENTY, 10, PLENTY, PLENTY, PLENTY, PLENTY, 2, 10));
  private final Map<String, NavigableSet<Long>> stamps = new TreeMap<>();
  private final long start = rig.now.toEpochMilli() * 1000;
  private int entryBytes;

  @BeforeEach
  void owners() {
    rig.on(OperationCase.LIST_ACTIVITY, r -> MailboxResponse.newBuilder().setActivity(activity(r.getListActivity())).build());
    rig.on(OperationCase.READ_ACTIVITY, r -> {
      NavigableSet<Long> moved = stamps.get(r.getReadActivity().getConversationId());
      if (moved == null) {
        return UnaryRig.refusal(Reason.REASON_NOT_FOUND);
      }
      Long last = moved.floor(r.getReadActivity().getAsOfMicros());
      return MailboxResponse.newBuilder()
          .setActivityRead(ActivityRead.newBuilder().setStampMicros(last == null ? moved.first() : last)).build();
    });
    rig.on(OperationCase.DESCRIBE_CONVERSATION, this::describe);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private MailboxResponse describe(MailboxRequest request) {
    String id = request.getDescribeConversation().getConversationId();
    assertTrue(request.getDescribeConversation().getWithLastEntry());
    return !stamps.containsKey(id) ? UnaryRig.refusal(Reason.REASON_NOT_FOUND)
        : MailboxResponse.newBuilder().setConversation(ConversationDescription.newBuilder().setConversationId(id).setHead(3)
            .setLeft(id.endsWith("7")).addPinnedSeqs(2)
            .setLastEntry(Entry.newBuilder().setSeq(3).setStampMicros(stamps.get(id).last())
                .setClientMessageId(ByteString.copyFrom(new byte[entryBytes])))).build();
  }

  private Activity activity(ListActivity asked) {
    Map<Integer, Set<String>> days = new TreeMap<>(Comparator.reverseOrder());
    Map<Integer, Set<String>> periods = new TreeMap<>(Comparator.reverseOrder());
    stamps.forEach((id, moved) -> moved.forEach(stamp -> {
      days.computeIfAbsent((int) (stamp / DAY), day -> new TreeSet<>()).add(id);
      periods.computeIfAbsent((int) (stamp / DAY / 30), period -> new TreeSet<>()).add(id);
    }));
    days.keySet().removeIf(day -> asked.getFrom().hasPeriod() || day > asked.getFrom().getDay() || day < asked.getOldestDay());
    periods.keySet().removeIf(
        period -> period > (asked.getFrom().hasPeriod() ? asked.getFrom().getPeriod() : asked.getOldestDay() / 30));
    List<Moved> all = new ArrayList<>();
    days.forEach((day, ids) -> all.add(moved(TimeSpan.newBuilder().setDay(day).build(), ids, asked)));
    periods.forEach((period, ids) -> all.add(moved(TimeSpan.newBuilder().setPeriod(period).build(), ids, asked)));
    Activity.Builder read = Activity.newBuilder();
    int left = asked.getPageSize();
    for (Moved one : all) {
      List<String> ids = one.getConversationIdsList().stream().limit(left).toList();
      left -= ids.size();
      if (!ids.isEmpty()) {
        read.addSpans(one.toBuilder().clearConversationIds().addAllConversationIds(ids));
      }
    }
    return read.setMore(left == 0).build();
  }

  private static Moved moved(TimeSpan span, Set<String> ids, ListActivity asked) {
    return Moved.newBuilder().setSpan(span).addAllConversationIds(ids.stream()
        .filter(id -> !span.equals(asked.getFrom()) || id.compareTo(asked.getAfterConversationId()) > 0).toList()).build();
  }

  private void moves(String id, long stamp) {
    stamps.computeIfAbsent(id, c -> new TreeSet<>()).add(stamp);
  }

  private ListConversationsResponse page(int size, String token) {
    return rig.conversations().listConversations(
        ListConversationsRequest.newBuilder().setPageSize(size).setPageToken(token).build());
  }

  /// All pages; `between` runs after each.
  private List<String> pages(int size, IntConsumer between) {
    List<String> all = new ArrayList<>();
    String token = "";
    int pages = 0;
    do {
      ListConversationsResponse page = page(size, token);
      assertTrue(page.getConversationsCount() <= size);
      page.getConversationsList().forEach(conversation -> all.add(conversation.getConversationId()));
      token = page.getNextPageToken();
      between.accept(++pages);
    } while (!token.isEmpty());
    return all;
  }

  private List<String> newestFirst() {
    return stamps.keySet().stream()
        .sorted(Comparator.comparing((String id) -> -stamps.get(id).last()).thenComparing(id -> id)).toList();
  }

  @Test
  void conversations_come_newest_first_with_what_is_known_of_them() {
    moves("old", start - 200 * DAY);
    moves("old", start - 90 * DAY);
    moves("today", start - 5);
    moves("busy", start - 50 * DAY);
    moves("busy", start - 2 * DAY);
    moves("busy", start - 3);
    moves("left7", start - 2 * DAY);
    List<Conversation> page = page(0, "").getConversationsList();
    assertEquals(List.of("busy", "today", "left7", "old"), page.stream().map(Conversation::getConversationId).toList());
    assertEquals(start - 3, page.getFirst().getLastEntry().getStampMicros());
    assertEquals(List.of(2L), page.getFirst().getPinnedSeqsList());
    assertEquals(List.of(false, false, true, false), page.stream().map(Conversation::getLeft).toList());
    assertEquals(1, rig.asked(OperationCase.LIST_ACTIVITY).size());
  }

  @Test
  void a_user_without_conversations_gets_an_empty_list() {
    assertEquals(List.of(), pages(0, n -> { }));
  }

  @Test
  void a_conversation_that_is_gone_is_left_out() {
    moves("here", start - 1);
    moves("gone", start - 2);
    rig.on(OperationCase.READ_ACTIVITY, r -> r.getReadActivity().getConversationId().equals("gone")
        ? UnaryRig.refusal(Reason.REASON_NOT_FOUND)
        : MailboxResponse.newBuilder().setActivityRead(ActivityRead.newBuilder().setStampMicros(start - 1)).build());
    assertEquals(List.of("here"), pages(1, n -> { }));
  }

  @Test
  void all_are_given_once_and_in_order_while_others_move() {
    for (int seed = 0; seed < 20; seed++) {
      stamps.clear();
      Random random = new Random(seed);
      int days = 1 + random.nextInt(120);
      for (int i = 0; i < 400; i++) {
        for (int move = random.nextInt(4); move >= 0; move--) {
          moves("c" + i, start - (long) (random.nextDouble() * days * DAY));
        }
      }
      List<String> expected = newestFirst();
      List<String> given = pages(1 + random.nextInt(70), n -> {
        for (int i = 0; i < 30; i++) {
          moves("c" + random.nextInt(430), start + n * 1000L + random.nextInt(1000));
        }
      });
      assertEquals(expected, given, "seed " + seed);
    }
  }

  @Test
  void ten_thousand_on_one_day_come_in_ordered_groups_each_once() {
    Random random = new Random(4);
    for (int i = 0; i < 10_000; i++) {
      moves("c" + i, start - random.nextInt(1_000_000));
    }
    page(100, "");
    assertEquals(1, rig.asked(OperationCase.LIST_ACTIVITY).size());
    assertEquals(500, rig.asked(OperationCase.READ_ACTIVITY).size(), "a group, not ten thousand");
    assertEquals(100, rig.asked(OperationCase.DESCRIBE_CONVERSATION).size());
    List<String> given = pages(500, n -> { });
    assertEquals(10_000, given.size());
    assertEquals(stamps.keySet(), new HashSet<>(given));
    for (int i = 0; i < 10_000; i++) {
      if (i % 500 > 0) {
        assertTrue(stamps.get(given.get(i - 1)).last() >= stamps.get(given.get(i)).last(), "at " + i);
      }
    }
  }

  @Test
  void a_group_that_was_begun_is_finished_however_many_move_into_its_day() {
    for (int size : List.of(30, 100, 500)) {
      stamps.clear();
      Random random = new Random(size);
      for (int i = 0; i < 300; i++) {
        moves("c" + random.nextInt(1_000_000), start - random.nextInt(1_000_000));
        moves("old" + i, start - DAY - random.nextInt(1_000_000));
      }
      Set<String> expected = new HashSet<>(stamps.keySet());
      List<String> newestFirst = newestFirst();
      List<String> given = pages(size, page -> {
        rig.asked.clear();
        if (page == 1) {
          for (int i = 0; i < 1_500; i++) {
            moves("c" + random.nextInt(1_000_000) + "x", start + random.nextInt(1000));
          }
          for (int i = 0; i < 300; i += 2) {
            moves("old" + i, start + 1000 + i);
          }
        }
      });
      assertEquals(newestFirst.subList(0, size), given.subList(0, size));
      assertEquals(expected.size(), given.size(), "each once, " + size + " a page");
      assertEquals(expected, new HashSet<>(given));
    }
  }

  @Test
  void a_page_looks_at_so_many_conversations_at_most() {
    for (int i = 0; i < 3_000; i++) {
      moves("c" + i, start - DAY);
      moves("c" + i, start - 2 * DAY);
      if (i % 300 == 0) {
        moves("old" + i, start - 2 * DAY);
      }
    }
    Set<String> given = new HashSet<>();
    String token = "";
    do {
      rig.asked.clear();
      ListConversationsResponse page = page(500, token);
      page.getConversationsList().forEach(one -> assertTrue(given.add(one.getConversationId())));
      assertTrue(rig.asked(OperationCase.READ_ACTIVITY).size() <= 1_500);
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertEquals(stamps.keySet(), given);
  }

  @Test
  void a_page_is_bounded_in_bytes() {
    entryBytes = 60_000;
    for (int i = 0; i < 40; i++) {
      moves("c" + i, start - 1000 - i);
    }
    ListConversationsResponse first = page(40, "");
    assertTrue(first.getSerializedSize() <= (1 << 20) + 512 && first.getConversationsCount() >= 16, first.getConversationsCount() + "");
    assertEquals(newestFirst(), pages(40, n -> { }));
  }

  @Test
  void a_token_is_of_one_user_and_lasts_a_week() {
    moves("a", start - 1);
    moves("b", start - 2);
    String token = page(1, "").getNextPageToken();
    assertEquals("b", page(1, token).getConversations(0).getConversationId());
    assertEquals(Reason.REASON_INVALID_FIELD, refused(() -> ConversationServiceGrpc.newBlockingStub(rig.as("Bearer bob@100"))
        .listConversations(ListConversationsRequest.newBuilder().setPageToken(token).build())));
    for (String bad : List.of("?", "AAAA", "a".repeat(400), token.substring(1))) {
      assertEquals(Reason.REASON_INVALID_FIELD, refused(() -> page(1, bad)), bad);
    }
    rig.now = rig.now.plus(Duration.ofDays(6));
    assertEquals("b", page(1, token).getConversations(0).getConversationId());
    rig.now = rig.now.plus(Duration.ofDays(2));
    assertEquals(Reason.REASON_INVALID_FIELD, refused(() -> page(1, token)));
  }

  @Test
  void an_owner_that_cannot_answer_fails_the_call() {
    moves("a", start - 1);
    rig.on(OperationCase.READ_ACTIVITY, r -> UnaryRig.refusal(Reason.REASON_UNAVAILABLE));
    assertEquals(Reason.REASON_UNAVAILABLE, refused(() -> page(1, "")));
  }
}
