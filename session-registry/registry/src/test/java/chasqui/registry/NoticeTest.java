package chasqui.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.registry.v1.Notice;
import chasqui.registry.v1.UserSessions;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoticeTest {

  private static final Duration DEADLINE = RegistryConfig.Times.DEFAULT.noticeDeadline();

  private final DirectoryDriver driver =
      new DirectoryDriver(RegistryConfig.DEFAULT).edge(1, "e1").router(5, "r5").router(6, "r6");

  private static DirectoryDriver bounded(int interestsMax, int noticesMax) {
    RegistryConfig.Bounds bounds = new RegistryConfig.Bounds(100, interestsMax, noticesMax, 100, 100, 1);
    return new DirectoryDriver(new RegistryConfig(5, DeviceCapPolicy.EVICT_OLDEST, RegistryConfig.Times.DEFAULT, bounds))
        .edge(1, "e1").router(5, "r5").router(6, "r6");
  }

  @Test
  void a_look_up_tells_all_sessions_with_where_they_are() {
    driver.announce(1, "alice/phone", 10, 1).announce(1, "alice/tablet", 11, 1).lookup(5, "alice");
    UserSessions answer = driver.answer(5);
    assertEquals(List.of(10L, 11L), DirectoryDriver.ids(answer));
    assertEquals(1, answer.getRequestId());
    assertEquals("e1", answer.getSessions(0).getEdgeNodeId());
    assertEquals("e1-1", answer.getSessions(0).getEdgeIncarnation());
    assertEquals("phone", answer.getSessions(0).getDeviceId());
    driver.lookup(5, "nobody");
    assertEquals(List.of(), driver.answer(5).getSessionsList());
  }

  @Test
  void a_session_is_confirmed_only_when_every_router_that_had_asked_has_taken_the_notice() {
    driver.lookup(5, "alice").lookup(6, "alice");
    driver.out.take(5);
    driver.out.take(6);
    driver.announce(1, "alice/phone", 10, 1);
    assertEquals(List.of(), driver.told(1), "confirmed before the notices were taken");
    Notice first = driver.notice(5);
    Notice second = driver.notice(6);
    assertEquals(List.of(10L), DirectoryDriver.ids(first.getSessions()));
    driver.taken(5, first);
    assertEquals(List.of(), driver.told(1), "confirmed before the second router took the notice");
    driver.taken(5, first).taken(6, first);
    assertEquals(List.of(), driver.told(1), "another router's notice or a repeat is no answer");
    driver.taken(6, second);
    assertEquals(List.of("ok 10"), driver.told(1));
  }

  @Test
  void routers_that_asked_about_others_are_not_waited_for() {
    driver.lookup(5, "bob").announce(1, "alice/phone", 10, 1);
    assertEquals(List.of("ok 10"), driver.told(1));
  }

  @Test
  void every_change_is_told_with_a_higher_version_and_the_whole_list() {
    driver.announce(1, "alice/phone", 10, 1).lookup(5, "alice");
    long version = driver.answer(5).getVersion();
    driver.announce(1, "alice/phone", 11, 2);
    Notice added = driver.notice(5);
    assertEquals(List.of(10L, 11L), DirectoryDriver.ids(added.getSessions()));
    driver.taken(5, added).after(RegistryConfig.Times.DEFAULT.supersedeAfter());
    Notice superseded = driver.notice(5);
    assertEquals(List.of(11L), DirectoryDriver.ids(superseded.getSessions()));
    driver.taken(5, superseded).withdraw(1, "alice", 11);
    Notice gone = driver.notice(5);
    assertEquals(List.of(), gone.getSessions().getSessionsList());
    assertTrue(version < added.getSessions().getVersion());
    assertTrue(added.getSessions().getVersion() < superseded.getSessions().getVersion());
    assertTrue(superseded.getSessions().getVersion() < gone.getSessions().getVersion());
  }

  @Test
  void a_user_known_again_after_being_forgotten_has_a_higher_version() {
    driver.lookup(5, "alice");
    long before = driver.answer(5).getVersion();
    driver.broken(5).lookup(6, "bob").lookup(6, "alice");
    assertTrue(driver.out.take(6).getLast().getSessions().getVersion() > before);
  }

  @Test
  void a_router_whose_link_breaks_is_waited_for_no_longer() {
    driver.lookup(5, "alice").announce(1, "alice/phone", 10, 1);
    assertEquals(List.of(), driver.told(1));
    driver.broken(5);
    assertEquals(List.of("ok 10"), driver.told(1));
    assertEquals(0, driver.directory.size().interests());
  }

  @Test
  void a_router_that_does_not_answer_in_time_is_waited_for_no_longer_and_made_to_forget_all() {
    driver.lookup(5, "alice").lookup(5, "bob").announce(1, "alice/phone", 10, 1);
    driver.after(DEADLINE.minusMillis(1));
    assertEquals(List.of(), driver.told(1));
    driver.after(Duration.ofMillis(1));
    assertEquals(List.of("ok 10"), driver.told(1));
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, driver.out.ended.get(5L).getCode());
    assertEquals(0, driver.directory.size().interests());
    driver.out.take(5);
    driver.announce(1, "bob/phone", 11, 1);
    assertEquals(List.of("ok 11"), driver.told(1));
    assertEquals(List.of(), driver.out.take(5));
  }

  @Test
  void a_router_that_cannot_be_told_is_made_to_forget_all() {
    driver.lookup(5, "alice");
    driver.out.full.add(5L);
    driver.announce(1, "alice/phone", 10, 1);
    assertEquals(List.of("ok 10"), driver.told(1));
    assertTrue(driver.out.ended.containsKey(5L));
  }

  @Test
  void a_router_that_takes_no_notices_is_made_to_forget_all_at_the_bound() {
    DirectoryDriver small = bounded(100, 2);
    small.lookup(5, "alice").announce(1, "alice/phone", 10, 1).withdraw(1, "alice", 10);
    assertFalse(small.out.ended.containsKey(5L));
    small.announce(1, "alice/phone", 11, 2);
    assertTrue(small.out.ended.containsKey(5L));
    assertEquals(List.of("ok 11"), small.told(1));
  }

  @Test
  void a_session_withdrawn_before_the_notices_were_taken_is_never_confirmed() {
    driver.lookup(5, "alice");
    driver.out.take(5);
    driver.announce(1, "alice/phone", 10, 1);
    Notice notice = driver.notice(5);
    driver.withdraw(1, "alice", 10).taken(5, notice);
    assertEquals(List.of(), driver.told(1));
  }

  @Test
  void a_session_announced_again_while_notices_are_out_is_confirmed_once_on_its_new_link() {
    driver.lookup(5, "alice");
    driver.out.take(5);
    driver.announce(1, "alice/phone", 10, 1);
    Notice notice = driver.notice(5);
    driver.broken(1).edge(2, "e1").again(2, "alice/phone", 10, 1).taken(5, notice);
    assertEquals(List.of(), driver.told(1));
    assertEquals(List.of("ok 10"), driver.told(2));
  }

  @Test
  void beyond_the_bound_the_oldest_interest_is_told_to_forget_but_waited_for_until_it_has() {
    DirectoryDriver small = bounded(1, 100);
    small.lookup(5, "alice");
    small.out.take(5);
    small.lookup(6, "bob");
    small.out.take(6);
    assertEquals(1, small.directory.size().interests());
    Notice forget = small.notice(5);
    assertEquals("alice", forget.getSessions().getUserId());
    assertEquals(List.of(), forget.getSessions().getSessionsList());
    small.announce(1, "alice/phone", 10, 1);
    Notice change = small.notice(5);
    assertEquals(List.of(), small.told(1), "the router may still hold what it was told before");
    small.taken(5, forget).taken(5, change);
    assertEquals(List.of("ok 10"), small.told(1));
    small.withdraw(1, "alice", 10);
    assertEquals(List.of(), small.out.take(5), "it has forgotten");
  }

  @Test
  void a_router_that_asks_again_while_it_is_being_forgotten_is_kept() {
    DirectoryDriver small = bounded(1, 100);
    small.lookup(5, "alice");
    small.out.take(5);
    small.lookup(5, "bob");
    Notice forgetAlice = small.out.take(5).getLast().getNotice();
    small.lookup(5, "alice");
    small.out.take(5);
    small.taken(5, forgetAlice).announce(1, "alice/phone", 10, 1);
    assertEquals(List.of(10L), DirectoryDriver.ids(small.notice(5).getSessions()));
  }

  @Test
  void the_order_of_events_alone_decides_what_is_said() {
    assertEquals(story(), story());
  }

  private static String story() {
    DirectoryDriver told = bounded(3, 100);
    StringBuilder said = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      told.lookup(5 + i % 2, "user" + i % 7).announce(1, "user" + i % 5 + "/d" + i % 3, 100 + i, i);
      told.after(Duration.ofMillis(300));
      said.append(told.out.take(1)).append(told.out.take(5)).append(told.out.take(6));
    }
    return said.toString();
  }
}
