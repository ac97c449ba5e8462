package chasqui.mailbox.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.mailbox.store.UserStore.Moved;
import chasqui.mailbox.store.UserStore.Page;
import chasqui.mailbox.store.UserStore.Span;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.UserRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What every user store answers.
public abstract class UserStoreContract extends StoreContract {

  @Test
  void marks_are_read_by_user_and_days() {
    Chat chat = new Chat("c", START);
    commit(chat.created("ann", "bob"), new Chat("d", START.minus(Duration.ofDays(2))).created("ann", "eve"));
    commit(chat.at(START.plus(Duration.ofDays(1))).said("ann", "phone", "tomorrow"));
    int today = day(START);
    assertEquals(List.of("c", "d"), marks("ann", today - 2, today + 1));
    assertEquals(List.of("c"), marks("ann", today - 1, today));
    assertEquals(List.of("c"), marks("ann", today + 1, today + 1));
    assertEquals(List.of("d"), marks("ann", 0, today - 1));
    assertEquals(List.of(), marks("ann", today + 2, Integer.MAX_VALUE));
    assertEquals(List.of("c"), marks("bob", 0, Integer.MAX_VALUE));
    assertEquals(List.of(), marks("bo", 0, Integer.MAX_VALUE));
  }

  @Test
  void a_conversation_marked_on_many_days_is_given_once_over_all_pages() {
    Chat daily = new Chat("daily", START.minus(Duration.ofDays(9)));
    commit(daily.created("ann", "bob"));
    for (int i = 8; i >= 0; i--) {
      commit(daily.at(START.minus(Duration.ofDays(i))).said("ann", "phone", "again"));
      commit(new Chat("only " + i, START.minus(Duration.ofDays(i))).created("ann", "bob"));
    }
    List<String> expected = new ArrayList<>(List.of("daily"));
    for (int i = 0; i <= 8; i++) {
      expected.add("only " + i);
    }
    int today = day(START);
    for (int size : new int[] {1, 2, 3, 9, 10, 11}) {
      assertEquals(expected, pages(size, token -> get(store.users().readMarks("ann", today - 30, today + 1, token, size))));
    }
  }

  @Test
  void activity_is_read_newest_first_by_days_and_then_by_periods() throws Exception {
    int today = day(START);
    Chat daily = new Chat("daily", START.minus(Duration.ofDays(100)));
    commit(daily.created("ann", "bob"), new Chat("old", START.minus(Duration.ofDays(95))).created("ann", "eve"));
    commit(daily.at(START.minus(Duration.ofDays(3))).said("ann", "phone", "again"));
    commit(daily.at(START).said("bob", "phone", "now"), new Chat("a", START).created("ann", "bob"));
    List<Moved> whole = List.of(
        new Moved(Span.day(today), List.of("a", "daily")), new Moved(Span.day(today - 3), List.of("daily")),
        new Moved(Span.periodOf(today - 95), List.of("daily", "old")));
    assertEquals(whole, activity("ann", Span.day(today + 1), "", 100));
    assertEquals(whole.subList(1, 3), activity("ann", Span.day(today), "daily", 100));
    assertEquals(whole.subList(2, 3), activity("ann", Span.period(Span.periodOf(today).number() - 1), "", 100));
    assertEquals(List.of(new Moved(Span.periodOf(today - 95), List.of("old"))),
        activity("ann", Span.periodOf(today - 95), "daily", 100));
    assertEquals(List.of(), activity("an", Span.day(today + 1), "", 100));
    reopen();
    for (int size = 1; size < 6; size++) {
      List<Moved> page = activity("ann", Span.day(today + 1), "", size);
      assertEquals(Math.min(size, 5), page.stream().mapToInt(moved -> moved.conversationIds().size()).sum());
      assertEquals(whole.getFirst().conversationIds().getFirst(), page.getFirst().conversationIds().getFirst());
      Moved last = page.getLast();
      List<Moved> rest = activity("ann", last.span(), last.conversationIds().getLast(), 100);
      assertEquals(whole.stream().flatMap(moved -> moved.conversationIds().stream()).toList(),
          Stream.concat(page.stream(), rest.stream()).flatMap(moved -> moved.conversationIds().stream()).toList());
    }
  }

  @Test
  void a_mark_that_does_not_last_is_told_by_its_day_alone() {
    ConversationCommit created = new Chat("c", START).created("ann", "bob");
    commit(created.toBuilder().setMarks(0, created.getMarks(0).toBuilder().setLasting(false)).build());
    assertEquals(List.of(new Moved(Span.day(day(START)), List.of("c"))), activity("ann", Span.day(day(START)), "", 9));
    assertEquals(List.of(), activity("ann", Span.periodOf(day(START)), "", 9));
  }

  /// With the days of the last month by themselves.
  private List<Moved> activity(String userId, Span from, String afterId, int size) {
    return get(store.users().listActivity(userId, from, afterId, day(START) - 31, size));
  }

  @Test
  void a_mark_lives_for_40_days_after_its_day() throws Exception {
    commit(new Chat("c", START).created("ann", "bob"));
    pass(Duration.ofDays(40));
    assertEquals(List.of("c"), marks("ann", 0, Integer.MAX_VALUE));
    pass(Duration.ofDays(1));
    assertEquals(List.of(), marks("ann", 0, Integer.MAX_VALUE));
    reopen();
    assertEquals(List.of(), marks("ann", 0, Integer.MAX_VALUE));
  }

  @Test
  void memberships_are_listed_in_the_order_of_joining_the_left_ones_too() {
    Chat late = new Chat("a late one", START.plus(Duration.ofHours(3)));
    Chat early = new Chat("z early one", START);
    commit(late.created("ann", "bob"), early.created("ann", "bob"));
    commit(early.left("ann"));
    assertEquals(List.of("z early one", "a late one"), memberships("ann"));
    assertEquals(List.of("z early one", "a late one"), memberships("bob"));
    assertEquals(List.of(), memberships("eve"));
  }

  @Test
  void who_joins_again_is_listed_once_at_the_first_joining() {
    Chat first = new Chat("first", START);
    Chat second = new Chat("second", START.plus(Duration.ofMinutes(1)));
    commit(first.created("ann", "bob"), second.created("ann", "bob"));
    commit(first.left("ann"));
    commit(first.at(START.plus(Duration.ofHours(1))).joined("ann"));
    commit(first.left("ann"));
    commit(first.joined("ann"));
    assertEquals(List.of("first", "second"), memberships("ann"));
  }

  @Test
  void a_member_added_later_is_listed_under_the_time_of_joining() {
    Chat first = new Chat("first", START);
    commit(first.created("ann", "bob"), new Chat("second", START.plus(Duration.ofHours(1))).created("eve", "bob"));
    commit(first.at(START.plus(Duration.ofHours(2))).joined("eve"));
    assertEquals(List.of("second", "first"), memberships("eve"));
  }

  @Test
  void pages_of_memberships_go_on_where_the_last_ended() {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      commit(new Chat("c" + (i * 7 % 25), START.plusSeconds(i)).created("ann", "bob"));
      expected.add("c" + (i * 7 % 25));
    }
    for (int size : new int[] {1, 4, 24, 25, 26}) {
      assertEquals(expected, pages(size, token -> get(store.users().listMemberships("ann", token, size))));
    }
    Page first = get(store.users().listMemberships("ann", "", 20));
    commit(new Chat("joined between the pages", Instant.ofEpochSecond(START.getEpochSecond() + 100)).created("ann", "bob"));
    List<String> rest = get(store.users().listMemberships("ann", first.nextPageToken(), 20)).conversationIds();
    assertEquals(expected.subList(20, 25), rest.subList(0, 5));
    assertEquals("joined between the pages", rest.get(5));
  }

  @Test
  void a_page_token_of_another_kind_is_refused() {
    assertEquals(StoreException.Reason.BAD_PAGE_TOKEN, refusal(store.users().listMemberships("ann", "?!", 10)));
    assertEquals(StoreException.Reason.BAD_PAGE_TOKEN, refusal(store.users().readMarks("ann", 0, 9, "x".repeat(9_999), 10)));
  }

  @Test
  void devices_are_overwritten_and_listed_by_id() throws Exception {
    assertEquals(Optional.empty(), get(store.users().loadDevice("ann", "phone")));
    DeviceRow phone = device("phone", 1);
    get(store.users().saveDevice("ann", phone));
    get(store.users().saveDevice("ann", device("a much longer name", 2)));
    get(store.users().saveDevice("anna", device("pad", 3)));
    DeviceRow revoked = phone.toBuilder().setRevokedMicros(9).build();
    get(store.users().saveDevice("ann", revoked));
    reopen();
    assertEquals(Optional.of(revoked), get(store.users().loadDevice("ann", "phone")));
    assertEquals(List.of(device("a much longer name", 2), revoked), get(store.users().listDevices("ann")));
    assertEquals(List.of(), get(store.users().listDevices("an")));
    get(store.users().removeDevice("ann", "phone"));
    get(store.users().removeDevice("ann", "never there"));
    assertEquals(Optional.empty(), get(store.users().loadDevice("ann", "phone")));
    assertEquals(List.of(device("a much longer name", 2)), get(store.users().listDevices("ann")));
    get(store.users().saveDevice("ann", revoked));
  }

  @Test
  void a_user_row_is_default_until_written() throws Exception {
    assertEquals(UserRow.getDefaultInstance(), get(store.users().loadUser("ann")));
    UserRow row = UserRow.newBuilder().setRevokedMicros(4).build();
    get(store.users().saveUser("ann", row));
    reopen();
    assertEquals(row, get(store.users().loadUser("ann")));
    assertEquals(UserRow.getDefaultInstance(), get(store.users().loadUser("bob")));
    assertTrue(get(store.users().listDevices("ann")).isEmpty());
  }

  private static DeviceRow device(String id, long registeredMicros) {
    return DeviceRow.newBuilder().setDeviceId(id).setRegisteredMicros(registeredMicros).build();
  }

  private List<String> marks(String userId, int fromDay, int toDay) {
    return pages(100, token -> get(store.users().readMarks(userId, fromDay, toDay, token, 100)));
  }

  private List<String> memberships(String userId) {
    return pages(100, token -> get(store.users().listMemberships(userId, token, 100)));
  }

  private static List<String> pages(int size, Function<String, Page> read) {
    List<String> all = new ArrayList<>();
    String token = "";
    do {
      Page page = read.apply(token);
      assertTrue(page.conversationIds().size() <= size);
      all.addAll(page.conversationIds());
      token = page.nextPageToken();
    } while (!token.isEmpty());
    return all;
  }
}
