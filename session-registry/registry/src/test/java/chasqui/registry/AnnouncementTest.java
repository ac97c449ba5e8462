package chasqui.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.registry.v1.Announce;
import chasqui.registry.v1.ToRegistryItem;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AnnouncementTest {

  private static final Duration SUPERSEDE = RegistryConfig.Times.DEFAULT.supersedeAfter();
  private static final Duration GRACE = RegistryConfig.Times.DEFAULT.edgeGrace();
  private static final Duration TICK = Duration.ofMillis(100);

  private final DirectoryDriver driver = new DirectoryDriver(RegistryConfig.DEFAULT).edge(1, "e1").edge(2, "e2");

  private static RegistryConfig cap(int devices, DeviceCapPolicy policy) {
    return new RegistryConfig(devices, policy, RegistryConfig.Times.DEFAULT, RegistryConfig.Bounds.DEFAULT);
  }

  @Test
  void a_session_is_confirmed_and_known() {
    driver.announce(1, "alice/phone", 10, 1);
    assertEquals(List.of("ok 10"), driver.told(1));
    assertEquals(List.of(10L), driver.sessions("alice"));
    assertEquals(List.of(), driver.sessions("bob"));
  }

  @Test
  void a_connect_number_not_above_the_highest_known_is_refused_with_it() {
    driver.announce(1, "alice/phone", 10, 7).announce(2, "alice/phone", 20, 7).announce(2, "alice/phone", 21, 6);
    assertEquals(List.of("refused 20 STALE_CONNECT_NUMBER 7", "refused 21 STALE_CONNECT_NUMBER 7"), driver.told(2));
    driver.announce(2, "alice/tablet", 22, 1);
    assertEquals(List.of("ok 22"), driver.told(2), "each device counts for itself");
  }

  @Test
  void the_highest_connect_number_is_remembered_for_a_while_after_the_last_session() {
    driver.announce(1, "alice/phone", 10, 7).withdraw(1, "alice", 10);
    driver.after(Duration.ofSeconds(59)).announce(2, "alice/phone", 20, 7);
    assertEquals(List.of("refused 20 STALE_CONNECT_NUMBER 7"), driver.told(2));
    driver.after(Duration.ofSeconds(2)).announce(2, "alice/phone", 21, 3);
    assertEquals(List.of("ok 21"), driver.told(2));
    driver.withdraw(2, "alice", 21).after(Duration.ofSeconds(61));
    assertEquals(0, driver.directory.size().users());
  }

  @Test
  void a_device_that_came_back_is_not_forgotten_by_an_older_deadline() {
    driver.announce(1, "alice/phone", 10, 1).withdraw(1, "alice", 10).after(Duration.ofSeconds(50));
    driver.announce(1, "alice/phone", 11, 9).withdraw(1, "alice", 11).after(Duration.ofSeconds(20));
    driver.told(1);
    driver.announce(1, "alice/phone", 12, 9);
    assertEquals(List.of("refused 12 STALE_CONNECT_NUMBER 9"), driver.told(1));
  }

  @Test
  void the_same_session_announced_again_is_confirmed_and_changes_nothing() {
    driver.announce(1, "alice/phone", 10, 7);
    driver.told(1);
    driver.again(1, "alice/phone", 10, 7);
    assertEquals(List.of("ok 10"), driver.told(1));
    assertEquals(List.of(10L), driver.sessions("alice"));
    assertEquals(1, driver.directory.size().sessions());
  }

  @Test
  void a_third_stream_ends_the_oldest() {
    driver.announce(1, "alice/phone", 10, 1).announce(2, "alice/phone", 20, 2).announce(2, "alice/phone", 21, 3);
    assertEquals(List.of("ok 10", "end 10 SUPERSEDED"), driver.told(1));
    assertEquals(List.of("ok 20", "ok 21"), driver.told(2));
    assertEquals(List.of(20L, 21L), driver.sessions("alice"));
  }

  @Test
  void of_two_streams_the_older_is_ended_some_time_after_the_newer_was_confirmed() {
    driver.announce(1, "alice/phone", 10, 1).after(Duration.ofMinutes(5)).announce(2, "alice/phone", 20, 2);
    driver.told(1);
    driver.after(SUPERSEDE.minus(TICK));
    assertEquals(List.of(), driver.told(1));
    driver.after(TICK);
    assertEquals(List.of("end 10 SUPERSEDED"), driver.told(1));
    assertEquals(List.of(20L), driver.sessions("alice"));
  }

  @Test
  void a_newer_stream_that_went_away_again_leaves_the_older_alone() {
    driver.announce(1, "alice/phone", 10, 1).announce(2, "alice/phone", 20, 2).withdraw(2, "alice", 20);
    driver.told(1);
    driver.after(SUPERSEDE.plus(TICK));
    assertEquals(List.of(), driver.told(1));
    assertEquals(List.of(10L), driver.sessions("alice"));
  }

  @Test
  void one_device_too_many_ends_the_one_online_longest() {
    DirectoryDriver two = new DirectoryDriver(cap(2, DeviceCapPolicy.EVICT_OLDEST)).edge(1, "e1");
    two.announce(1, "alice/z", 10, 1).announce(1, "alice/a", 11, 1).announce(1, "alice/m", 12, 1);
    assertEquals(List.of("ok 10", "ok 11", "end 10 DEVICE_CAP", "ok 12"), two.told(1));
    assertEquals(List.of(11L, 12L), two.sessions("alice"));
  }

  @Test
  void one_device_too_many_is_refused_where_the_policy_says_so() {
    DirectoryDriver two = new DirectoryDriver(cap(2, DeviceCapPolicy.REFUSE_NEWEST)).edge(1, "e1");
    two.announce(1, "alice/z", 10, 1).announce(1, "alice/a", 11, 1).announce(1, "alice/m", 12, 1);
    assertEquals(List.of("ok 10", "ok 11", "refused 12 DEVICE_CAP"), two.told(1));
    two.announce(1, "alice/a", 13, 2).announce(1, "bob/m", 14, 1);
    assertEquals(List.of("ok 13", "ok 14"), two.told(1), "a second stream and another user do not count");
  }

  @Test
  void devices_announced_again_in_any_order_end_in_the_same_devices() {
    for (DeviceCapPolicy policy : DeviceCapPolicy.values()) {
      List<String> expected = policy == DeviceCapPolicy.EVICT_OLDEST ? List.of("d", "e") : List.of("a", "b");
      List<String> devices = new ArrayList<>(List.of("a", "b", "c", "d", "e"));
      for (int seed = 0; seed < 50; seed++) {
        Collections.shuffle(devices, new Random(seed));
        DirectoryDriver two = new DirectoryDriver(cap(2, policy)).edge(1, "e1");
        devices.forEach(device -> two.again(1, "alice/" + device, 10 + device.charAt(0), 5));
        TreeSet<String> left = new TreeSet<>();
        two.directory.sessionsOf("alice").forEach(session -> left.add(session.getDeviceId()));
        assertEquals(expected, List.copyOf(left), policy + " " + devices);
      }
    }
  }

  @Test
  void streams_announced_again_in_any_order_end_in_the_two_newest() {
    driver.again(1, "alice/phone", 13, 3).again(1, "alice/phone", 11, 1).again(1, "alice/phone", 12, 2);
    driver.again(1, "alice/phone", 10, 0);
    assertEquals(List.of("ok 13", "ok 11", "end 11 SUPERSEDED", "ok 12", "refused 10 STALE_CONNECT_NUMBER 3"), driver.told(1));
    assertEquals(List.of(12L, 13L), driver.sessions("alice"));
    driver.after(SUPERSEDE);
    assertEquals(List.of("end 12 SUPERSEDED"), driver.told(1));
  }

  @Test
  void a_withdrawn_session_is_gone_and_another_edges_session_is_not() {
    driver.announce(1, "alice/phone", 10, 1);
    driver.withdraw(2, "alice", 10).withdraw(1, "bob", 10);
    assertEquals(List.of(10L), driver.sessions("alice"));
    driver.withdraw(1, "alice", 10);
    assertEquals(List.of(), driver.sessions("alice"));
  }

  @Test
  void sessions_of_a_broken_link_stay_for_the_grace_and_then_go() {
    driver.announce(1, "alice/phone", 10, 1).announce(1, "bob/phone", 11, 1).broken(1).after(GRACE.minus(TICK));
    assertEquals(List.of(10L), driver.sessions("alice"));
    driver.edge(3, "e1").again(3, "bob/phone", 11, 1);
    assertEquals(List.of("ok 11"), driver.told(3));
    driver.after(GRACE);
    assertEquals(List.of(), driver.sessions("alice"));
    assertEquals(List.of(11L), driver.sessions("bob"), "it was announced again");
  }

  @Test
  void another_incarnation_of_an_edge_ends_the_sessions_of_the_last_at_once() {
    driver.announce(1, "alice/phone", 10, 1).edge(3, "e1", "e1-2").announce(3, "bob/phone", 10, 1).after(TICK);
    assertEquals(List.of(), driver.sessions("alice"));
    assertEquals(List.of(10L), driver.sessions("bob"), "a session id is unique on its incarnation only");
    assertEquals(Status.Code.ABORTED, driver.out.ended.get(1L).getCode());
  }

  @Test
  void lost_sessions_are_taken_out_a_bounded_number_at_a_time() {
    RegistryConfig.Bounds bounds = new RegistryConfig.Bounds(100, 100, 100, 100, 100, 2);
    DirectoryDriver paced = new DirectoryDriver(
        new RegistryConfig(5, DeviceCapPolicy.EVICT_OLDEST, RegistryConfig.Times.DEFAULT, bounds)).edge(1, "e1");
    for (int i = 0; i < 5; i++) {
      paced.announce(1, "user" + i + "/phone", 10 + i, 1);
    }
    paced.broken(1).after(GRACE);
    assertEquals(3, paced.directory.size().sessions());
    paced.after(TICK).after(TICK);
    assertEquals(0, paced.directory.size().sessions());
  }

  @Test
  void beyond_the_bound_sessions_are_refused_as_overloaded() {
    RegistryConfig.Bounds bounds = new RegistryConfig.Bounds(1, 100, 100, 1, 100, 2);
    DirectoryDriver small = new DirectoryDriver(
        new RegistryConfig(5, DeviceCapPolicy.EVICT_OLDEST, RegistryConfig.Times.DEFAULT, bounds)).edge(1, "e1");
    small.announce(1, "alice/phone", 10, 1).announce(1, "bob/phone", 11, 1);
    assertEquals(List.of("ok 10", "refused 11 OVERLOADED"), small.told(1));
    small.withdraw(1, "alice", 10).announce(1, "bob/phone", 12, 1).withdraw(1, "bob", 12);
    assertEquals(1, small.directory.size().devicesRemembered());
    assertEquals(1, small.directory.size().users(), "alice is forgotten for bob");
  }

  @Test
  void a_sign_out_is_told_to_all_edges_and_to_those_that_attach_later() {
    driver.router(5, "r").revoked(5, "alice");
    assertEquals(List.of("revoked alice"), driver.told(1));
    assertEquals(List.of("revoked alice"), driver.told(2));
    driver.edge(3, "e3");
    assertEquals(List.of("revoked alice"), driver.told(3));
    driver.after(Duration.ofMinutes(11)).edge(4, "e4");
    assertEquals(List.of(), driver.told(4));
  }

  @Test
  void what_a_user_chose_to_show_is_told_to_all_edges_and_an_edge_is_no_router() {
    driver.router(5, "r").chosen(5, "alice");
    assertEquals(List.of("chosen alice"), driver.told(1));
    assertEquals(List.of("chosen alice"), driver.told(2));
    driver.out.full.add(2L);
    driver.chosen(5, "bob");
    assertEquals(List.of("chosen bob"), driver.told(1));
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, driver.out.ended.get(2L).getCode(), "it attaches again, and reads anew");
    driver.edge(3, "e3");
    assertEquals(List.of(), driver.told(3));
    driver.chosen(3, "carol");
    assertEquals(Status.Code.FAILED_PRECONDITION, driver.out.ended.get(3L).getCode());
    assertEquals(List.of(), driver.told(1));
  }

  @Test
  void an_edge_that_cannot_be_told_has_its_link_ended_and_its_sessions_kept_for_the_grace() {
    driver.announce(1, "alice/phone", 10, 1);
    driver.out.full.add(1L);
    driver.router(5, "r").revoked(5, "alice");
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, driver.out.ended.get(1L).getCode());
    assertEquals(List.of(10L), driver.sessions("alice"));
    driver.after(GRACE);
    assertEquals(List.of(), driver.sessions("alice"));
  }

  @Test
  void a_link_that_does_not_begin_with_a_hello_or_says_what_its_opener_may_not_is_ended() {
    driver.announce(9, "alice/phone", 10, 1);
    assertEquals(Status.Code.FAILED_PRECONDITION, driver.out.ended.get(9L).getCode());
    driver.lookup(1, "alice");
    assertEquals(Status.Code.FAILED_PRECONDITION, driver.out.ended.get(1L).getCode());
    driver.router(5, "r").item(5, ToRegistryItem.newBuilder().setAnnounce(Announce.getDefaultInstance()).build());
    assertEquals(Status.Code.FAILED_PRECONDITION, driver.out.ended.get(5L).getCode());
    assertEquals(0, driver.directory.size().sessions());
  }
}
