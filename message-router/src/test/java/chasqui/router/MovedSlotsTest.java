package chasqui.router;

import static chasqui.router.RouterDriver.E1;
import static chasqui.router.RouterDriver.MAILBOX;
import static chasqui.router.RouterDriver.MAILBOX_NODE;
import static chasqui.router.RouterDriver.REGISTRY_NODE;
import static chasqui.router.RouterDriver.node;
import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.OwnerTable;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.Appended;
import chasqui.mailbox.v1.Caller;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;

/// While slots move, the view and the owners differ: requests go where the node that the view names says.
class MovedSlotsTest {

  private static final long OTHER = 3;
  private static final NodeRecord OTHER_NODE = node("m2", "m2-1", Role.MAILBOX);

  private final RouterDriver driver = new RouterDriver(RouterConfig.DEFAULT);
  private final String conversation = placedAt(MAILBOX_NODE);
  private long requests;

  MovedSlotsTest() {
    driver.core.mailboxOpened(OTHER, OTHER_NODE);
    driver.view(MAILBOX_NODE, OTHER_NODE, REGISTRY_NODE).heard(OTHER);
  }

  private static String placedAt(NodeRecord owner) {
    OwnerTable owners = OwnerTable.of(
        new Slots(64), new MembershipView(1, List.of(MAILBOX_NODE, OTHER_NODE)), Role.MAILBOX);
    String id = "c";
    for (int i = 0; !owners.ownerOf(id).orElseThrow().equals(owner); i++) {
      id = "c" + i;
    }
    return id;
  }

  private void send() {
    driver.request(E1, MailboxRequest.newBuilder().setRequestId(++requests)
        .setCaller(Caller.newBuilder().setUserId("alice"))
        .setAppend(Append.newBuilder().setConversationId(conversation)));
  }

  private long askedAt(long link) {
    return driver.out.takeFirst(link, MailboxRequest.class, request -> true).getRequestId();
  }

  /// The next send goes to that link, and is refused there.
  private void refusedAt(long link, String servedBy) {
    send();
    driver.respond(link, MailboxResponse.newBuilder().setRequestId(askedAt(link)).setServedBy(servedBy)
        .setRefusal(Refusal.newBuilder().setReason(Reason.REASON_UNAVAILABLE)));
    assertEquals(List.of(requests + " UNAVAILABLE"), driver.told(E1));
  }

  private void doneAt(long link) {
    send();
    driver.respond(link, MailboxResponse.newBuilder().setRequestId(askedAt(link)).setEpoch(1)
        .setAppended(Appended.getDefaultInstance()));
    assertEquals(List.of(requests + " APPENDED"), driver.told(E1));
  }

  @Test
  void the_next_request_goes_to_whoever_serves_the_slot_still() {
    refusedAt(MAILBOX, OTHER_NODE.incarnation());
    doneAt(OTHER);
    doneAt(OTHER);
  }

  @Test
  void once_the_slot_has_moved_requests_go_where_the_view_says() {
    refusedAt(MAILBOX, OTHER_NODE.incarnation());
    refusedAt(OTHER, MAILBOX_NODE.incarnation());
    doneAt(MAILBOX);
  }

  @Test
  void a_word_that_the_view_says_too_does_not_outlast_the_view() {
    refusedAt(MAILBOX, OTHER_NODE.incarnation());
    refusedAt(OTHER, MAILBOX_NODE.incarnation());
    driver.view(MAILBOX_NODE.in(NodeState.DRAINING), OTHER_NODE, REGISTRY_NODE);
    doneAt(OTHER);
  }

  @Test
  void a_slot_that_is_on_its_way_is_looked_for_where_the_view_says() {
    refusedAt(MAILBOX, OTHER_NODE.incarnation());
    refusedAt(OTHER, "");
    doneAt(MAILBOX);
  }

  @Test
  void one_that_drains_is_asked_as_long_as_it_serves_the_slot() {
    driver.view(MAILBOX_NODE, OTHER_NODE.in(NodeState.DRAINING), REGISTRY_NODE);
    refusedAt(MAILBOX, OTHER_NODE.incarnation());
    doneAt(OTHER);
  }

  @Test
  void a_node_whose_link_broke_is_asked_no_more() {
    refusedAt(MAILBOX, OTHER_NODE.incarnation());
    driver.mailboxBroken(OTHER);
    doneAt(MAILBOX);
  }

  @Test
  void an_incarnation_without_a_link_is_not_heeded() {
    refusedAt(MAILBOX, "m2-9");
    doneAt(MAILBOX);
  }

  @Test
  void a_refusal_for_another_reason_moves_nothing() {
    refusedAt(MAILBOX, OTHER_NODE.incarnation());
    send();
    driver.respond(OTHER, MailboxResponse.newBuilder().setRequestId(askedAt(OTHER))
        .setRefusal(Refusal.newBuilder().setReason(Reason.REASON_OVERLOADED)));
    assertEquals(List.of(requests + " OVERLOADED"), driver.told(E1));
    doneAt(OTHER);
  }
}
