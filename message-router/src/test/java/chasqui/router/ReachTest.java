package chasqui.router;

import static chasqui.router.RouterDriver.E1;
import static chasqui.router.RouterDriver.MAILBOX;
import static chasqui.router.RouterDriver.MAILBOX_NODE;
import static chasqui.router.RouterDriver.REGISTRY_NODE;
import static chasqui.router.RouterDriver.node;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.OwnerTable;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.Appended;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.RangeRead;
import chasqui.mailbox.v1.ReadRange;
import chasqui.mailbox.v1.ReportUnreachable;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Nodes that the view says are ready and links say are not there; owners that were replaced.
class ReachTest {

  private static final long OTHER = 3;
  private static final NodeRecord OTHER_NODE = node("m2", "m2-1", Role.MAILBOX);
  private static final Duration LITTLE = Duration.ofMillis(100);

  private final RouterDriver driver = new RouterDriver(RouterConfig.DEFAULT);
  private final String ofOther = conversationOf(OTHER_NODE);
  private long requests;

  private static String conversationOf(NodeRecord owner) {
    OwnerTable owners = OwnerTable.of(
        new Slots(64), new MembershipView(1, List.of(MAILBOX_NODE, OTHER_NODE)), Role.MAILBOX);
    int i = 0;
    while (!owners.ownerOf("c" + i).orElseThrow().equals(owner)) {
      i++;
    }
    return "c" + i;
  }

  private void twoMailboxes() {
    driver.view(MAILBOX_NODE, OTHER_NODE, REGISTRY_NODE);
    driver.core.mailboxOpened(OTHER, OTHER_NODE);
  }

  /// Which link a request for the other's conversation goes to; 0 where it was refused.
  private long goesTo() {
    long id = ++requests;
    driver.request(E1, MailboxRequest.newBuilder().setRequestId(id)
        .setAppend(Append.newBuilder().setConversationId(ofOther)));
    for (long link : new long[] {MAILBOX, OTHER}) {
      if (driver.out.take(link).stream().anyMatch(item -> ((MailboxRequest) item).hasAppend())) {
        return link;
      }
    }
    assertEquals(List.of(id + " UNAVAILABLE later"), driver.told(E1));
    return 0;
  }

  private List<String> reported(long link) {
    return driver.out.take(link).stream()
        .map(MailboxRequest.class::cast)
        .filter(MailboxRequest::hasReportUnreachable)
        .map(MailboxRequest::getReportUnreachable)
        .peek(report -> assertEquals("router", report.getReporterNodeId()))
        .map(ReportUnreachable::getIncarnation)
        .toList();
  }

  @Test
  void a_mailbox_that_never_answers_is_routed_around_and_reported_every_second() {
    twoMailboxes();
    driver.after(Duration.ofMillis(900));
    assertEquals(OTHER, goesTo(), "it may be about to answer");
    assertEquals(List.of(), reported(MAILBOX));
    driver.after(Duration.ofMillis(200));
    assertEquals(MAILBOX, goesTo());
    for (int tick = 0; tick < 38; tick++) {
      driver.after(LITTLE);
    }
    assertEquals(List.of(), reported(MAILBOX), "it may have just begun");
    for (int tick = 0; tick < 30; tick++) {
      driver.after(LITTLE);
    }
    assertEquals(List.of("m2-1", "m2-1", "m2-1"), reported(MAILBOX));
    assertEquals(List.of(), reported(OTHER), "nobody is reported to itself");
    driver.heard(OTHER);
    assertEquals(OTHER, goesTo(), "it is there again, and at once");
    driver.after(Duration.ofSeconds(5)).after(LITTLE);
    assertEquals(List.of(), reported(MAILBOX));
  }

  @Test
  void a_link_that_breaks_and_is_answered_again_within_a_second_changes_nothing() {
    twoMailboxes();
    driver.heard(OTHER).mailboxBroken(OTHER);
    assertEquals(0, goesTo(), "the requests of its slots wait for it");
    driver.after(Duration.ofMillis(500));
    driver.core.mailboxOpened(4, OTHER_NODE);
    driver.heard(4);
    driver.after(Duration.ofSeconds(3)).after(LITTLE);
    assertEquals(List.of(), reported(MAILBOX));
  }

  @Test
  void an_open_link_that_is_not_answered_does_not_make_a_broken_mailbox_reachable() {
    twoMailboxes();
    driver.heard(OTHER).mailboxBroken(OTHER);
    driver.core.mailboxOpened(4, OTHER_NODE);
    driver.after(Duration.ofMillis(1100));
    assertEquals(MAILBOX, goesTo());
    driver.heard(4);
    assertEquals(0, driver.out.take(OTHER).size());
  }

  @Test
  void two_refused_links_are_evidence_enough() {
    twoMailboxes();
    driver.heard(OTHER).mailboxBroken(OTHER);
    for (long link = 4; link <= 5; link++) {
      driver.core.mailboxOpened(link, OTHER_NODE);
      driver.mailboxBroken(link);
    }
    driver.after(LITTLE);
    assertEquals(MAILBOX, goesTo());
  }

  @Test
  void a_refused_link_is_routed_around_and_reported_without_waiting_for_a_tick() {
    twoMailboxes();
    driver.heard(OTHER).mailboxBroken(OTHER).mailboxRefused(4, OTHER_NODE);
    assertEquals(List.of(), reported(MAILBOX));
    driver.mailboxRefused(5, OTHER_NODE);
    assertEquals(List.of("m2-1"), reported(MAILBOX));
    assertEquals(MAILBOX, goesTo());
  }

  @Test
  void a_link_that_ends_for_three_seconds_of_silence_has_told_enough() {
    twoMailboxes();
    driver.heard(OTHER).after(Duration.ofSeconds(1)).heard(OTHER).after(Duration.ofSeconds(3));
    assertEquals(OTHER, goesTo(), "silence on a link that is open is for the link to judge");
    driver.mailboxBroken(OTHER);
    assertEquals(List.of("m2-1"), reported(MAILBOX));
    driver.core.mailboxOpened(4, OTHER_NODE);
    assertEquals(MAILBOX, goesTo());
    driver.heard(4);
    driver.after(LITTLE);
    assertEquals(List.of(), reported(MAILBOX));
  }

  @Test
  void a_quiet_link_that_breaks_leaves_half_a_second_to_open_it_again() {
    twoMailboxes();
    driver.heard(OTHER).after(Duration.ofMillis(1500)).mailboxBroken(OTHER);
    driver.after(Duration.ofMillis(500));
    assertEquals(List.of(), reported(MAILBOX));
    driver.after(LITTLE);
    assertEquals(List.of("m2-1"), reported(MAILBOX));
  }

  @Test
  void what_waits_on_a_link_that_was_never_answered_is_failed_when_its_node_is_left_out() {
    twoMailboxes();
    driver.heard(OTHER).mailboxBroken(OTHER);
    driver.core.mailboxOpened(4, OTHER_NODE);
    driver.request(E1, MailboxRequest.newBuilder().setRequestId(71)
        .setAppend(Append.newBuilder().setConversationId(ofOther)));
    driver.request(E1, MailboxRequest.newBuilder().setRequestId(72)
        .setReadRange(ReadRange.newBuilder().setConversationId(ofOther)));
    driver.after(Duration.ofSeconds(1));
    assertEquals(List.of("compare"), driver.told(E1), "it may be about to answer");
    driver.after(LITTLE);
    assertEquals(Set.of("71 OUTCOME_UNKNOWN", "72 UNAVAILABLE later"), Set.copyOf(driver.told(E1)));
    assertEquals(0, driver.core.size().requests());
  }

  @Test
  void a_mailbox_alone_stays_the_owner_whatever_its_link_shows() {
    driver.mailboxBroken();
    driver.after(Duration.ofSeconds(5));
    driver.core.mailboxOpened(4, MAILBOX_NODE);
    driver.request(E1, MailboxRequest.newBuilder().setRequestId(1).setAppend(Append.newBuilder().setConversationId("c")));
    assertEquals(1, driver.out.take(4).size());
    driver.told(E1);
    driver.after(LITTLE);
    assertEquals(List.of(), driver.told(E1), "what it was asked waits");
    assertEquals(1, driver.core.size().requests());
  }

  @Test
  void a_new_life_of_a_node_is_not_blamed_for_the_last_one() {
    twoMailboxes();
    driver.after(Duration.ofSeconds(2));
    NodeRecord again = node("m2", "m2-2", Role.MAILBOX);
    driver.view(MAILBOX_NODE, again, REGISTRY_NODE);
    driver.core.mailboxOpened(OTHER, again);
    driver.after(LITTLE);
    driver.out.take(MAILBOX);
    assertEquals(OTHER, goesTo());
  }

  @Test
  void an_answer_of_a_lower_epoch_than_was_seen_of_the_slot_is_none() {
    assertEquals("RANGE_READ", read(5));
    assertEquals("RANGE_READ", read(5));
    assertEquals("UNAVAILABLE", read(4));
    assertEquals("OUTCOME_UNKNOWN", append(4), "the owner may have done it before it was replaced");
    assertEquals("APPENDED", append(6));
    assertEquals("UNAVAILABLE", read(5));
    assertEquals("RANGE_READ", read(0), "what names no epoch is not judged by it");
  }

  private String read(long epoch) {
    return answered(
        MailboxRequest.newBuilder().setReadRange(ReadRange.newBuilder().setConversationId("c")),
        MailboxResponse.newBuilder().setEpoch(epoch).setRangeRead(RangeRead.getDefaultInstance()));
  }

  private String append(long epoch) {
    return answered(
        MailboxRequest.newBuilder().setAppend(Append.newBuilder().setConversationId("c")),
        MailboxResponse.newBuilder().setEpoch(epoch).setAppended(Appended.getDefaultInstance()));
  }

  private String answered(MailboxRequest.Builder request, MailboxResponse.Builder response) {
    driver.request(E1, request.setRequestId(++requests));
    long id = driver.out.takeFirst(MAILBOX, MailboxRequest.class, item -> true).getRequestId();
    assertNotEquals(0, id);
    driver.respond(response.setRequestId(id));
    return driver.told(E1).getFirst().split(" ")[1];
  }
}
