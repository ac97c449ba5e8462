package chasqui.router;

import static chasqui.router.RouterDriver.E1;
import static chasqui.router.RouterDriver.E2;
import static chasqui.router.RouterDriver.MAILBOX;
import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Refusal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What somebody received and read reaches the members, within bounds, and nobody else.
class ReceiptTest {

  private final RouterDriver driver = new RouterDriver(RouterConfig.DEFAULT);

  private static RouterDriver small(int membersMax, int conversationsMax, int heldMax) {
    return new RouterDriver(RouterConfig.DEFAULT.with(new RouterConfig.Receipts(membersMax, conversationsMax, heldMax)));
  }

  /// A conversation whose roster and sessions are known.
  private static RouterDriver known(RouterDriver router) {
    router.push("c", 1, 1).roster("c", 1, "alice", "bob", "carol");
    router.here("alice", "e1:10").here("bob", "e1:11", "e2:20").here("carol", "e2:30");
    router.told(E1);
    router.told(E2);
    router.out.take(MAILBOX);
    return router;
  }

  @Test
  void the_others_are_told_once_for_each_edge_and_the_own_devices_of_what_was_read() {
    known(driver).moved("c", "bob", 5, 0, 1);
    assertEquals(List.of("c: bob 5/0 [10]"), driver.told(E1));
    assertEquals(List.of("c: bob 5/0 [30]"), driver.told(E2));
    driver.moved("c", "bob", 7, 6, 1);
    assertEquals(List.of("c: bob 0/6 left 7 [11]", "c: bob 7/6 [10]"), driver.told(E1));
    assertEquals(List.of("c: bob 0/6 left 7 [20]", "c: bob 7/6 [30]"), driver.told(E2));
  }

  @Test
  void an_unknown_roster_is_read_once_and_the_newest_of_each_waits() {
    driver.moved("c", "bob", 5, 0, 1).moved("c", "bob", 6, 4, 1).moved("c", "carol", 3, 0, 1);
    driver.roster("c", 1, "alice", "bob", "carol");
    assertEquals(List.of(), driver.out.take(MAILBOX), "one read for all");
    driver.here("bob").here("alice", "e1:10").here("carol");
    assertEquals(List.of("c: bob 6/4 [10]", "c: carol 3/0 [10]"), driver.told(E1));
  }

  @Test
  void who_left_is_told_no_more_by_the_roster_of_the_owner() {
    known(driver).moved("c", "bob", 5, 0, 2);
    assertEquals(List.of(), driver.told(E2), "the roster that is known is older than the owner's");
    driver.roster("c", 2, "alice", "bob");
    assertEquals(List.of("c: bob 5/0 [10]"), driver.told(E1));
    assertEquals(List.of(), driver.told(E2));
    driver.moved("c", "carol", 9, 0, 2);
    assertEquals(List.of(), driver.told(E1), "who is no member by now is told of to nobody");
  }

  @Test
  void a_roster_older_than_asked_for_or_none_drops_it() {
    driver.moved("c", "bob", 5, 0, 3).roster("c", 2, "alice", "bob");
    driver.moved("d", "bob", 5, 0, 3).respond(MailboxResponse.newBuilder()
        .setRequestId(driver.rosterRead("d").getRequestId())
        .setRefusal(Refusal.newBuilder().setReason(Reason.REASON_UNAVAILABLE)));
    assertEquals(List.of(), driver.lookedUp());
    driver.moved("d", "bob", 6, 0, 3).roster("d", 3, "alice", "bob").here("alice", "e1:10");
    assertEquals(List.of("d: bob 6/0 [10]"), driver.told(E1), "the next one is read for again");
  }

  @Test
  void a_large_group_is_not_told_but_the_own_devices_are() {
    RouterDriver large = known(small(2, 10, 10));
    large.moved("c", "bob", 5, 5, 1);
    assertEquals(List.of("c: bob 0/5 left 7 [11]"), large.told(E1));
    assertEquals(List.of("c: bob 0/5 left 7 [20]"), large.told(E2));
  }

  @Test
  void what_waits_for_rosters_is_bounded() {
    RouterDriver small = small(50, 1, 1);
    small.moved("c", "bob", 5, 0, 1).moved("c", "carol", 5, 0, 1).moved("d", "bob", 5, 0, 1);
    assertEquals(1, small.out.take(MAILBOX).stream().filter(item -> ((MailboxRequest) item).hasReadRoster()).count());
  }

  @Test
  void a_full_link_drops_it_and_nothing_is_owed() {
    known(driver);
    driver.out.full.add(E1);
    driver.moved("c", "bob", 5, 0, 1);
    driver.out.full.remove(E1);
    driver.after(Duration.ofSeconds(10));
    assertEquals(List.of(), driver.told(E1), "no comparing for what is asked for when it matters");
    assertEquals(List.of("c: bob 5/0 [30]"), driver.told(E2));
  }
}
