package chasqui.router;

import static chasqui.router.RouterDriver.E1;
import static chasqui.router.RouterDriver.E2;
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
import com.google.protobuf.ByteString;
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
    driver.request(E1, append(++requests));
  }

  private MailboxRequest.Builder append(long id) {
    return MailboxRequest.newBuilder().setRequestId(id).setCaller(Caller.newBuilder().setUserId("alice"))
        .setAppend(Append.newBuilder().setConversationId(conversation));
  }

  private long askedAt(long link) {
    MailboxRequest asked = driver.out.takeFirst(link, MailboxRequest.class, request -> true);
    assertEquals(append(asked.getRequestId()).build(), asked);
    return asked.getRequestId();
  }

  /// What was sent is at that link, and is refused there.
  private void refusedAt(long link, String servedBy) {
    driver.respond(link, MailboxResponse.newBuilder().setRequestId(askedAt(link)).setServedBy(servedBy)
        .setRefusal(Refusal.newBuilder().setReason(Reason.REASON_UNAVAILABLE)));
  }

  private void doneAt(long link) {
    driver.respond(link, MailboxResponse.newBuilder().setRequestId(askedAt(link)).setEpoch(1)
        .setAppended(Appended.getDefaultInstance()));
    assertEquals(List.of(requests + " APPENDED"), driver.told(E1));
    assertEquals(0, driver.core.size().requests());
    assertEquals(0, driver.core.size().bytesKept());
  }

  private void sentBack() {
    assertEquals(List.of(requests + " UNAVAILABLE"), driver.told(E1));
    assertEquals(0, driver.core.size().bytesKept());
  }

  @Test
  void a_request_is_brought_on_to_whoever_serves_its_slot_and_the_next_goes_there_at_once() {
    send();
    refusedAt(MAILBOX, OTHER_NODE.incarnation());
    doneAt(OTHER);
    send();
    doneAt(OTHER);
  }

  @Test
  void once_the_slot_has_moved_requests_go_where_the_view_says() {
    send();
    refusedAt(MAILBOX, OTHER_NODE.incarnation());
    refusedAt(OTHER, MAILBOX_NODE.incarnation());
    doneAt(MAILBOX);
    send();
    doneAt(MAILBOX);
  }

  @Test
  void a_word_that_the_view_says_too_does_not_outlast_the_view() {
    send();
    refusedAt(MAILBOX, OTHER_NODE.incarnation());
    refusedAt(OTHER, MAILBOX_NODE.incarnation());
    doneAt(MAILBOX);
    driver.view(MAILBOX_NODE.in(NodeState.DRAINING), OTHER_NODE, REGISTRY_NODE);
    send();
    doneAt(OTHER);
  }

  @Test
  void a_request_is_not_brought_to_and_fro_for_ever() {
    send();
    refusedAt(MAILBOX, OTHER_NODE.incarnation());
    refusedAt(OTHER, MAILBOX_NODE.incarnation());
    refusedAt(MAILBOX, OTHER_NODE.incarnation());
    sentBack();
  }

  @Test
  void a_slot_that_is_on_its_way_is_looked_for_where_the_view_says() {
    send();
    refusedAt(MAILBOX, OTHER_NODE.incarnation());
    refusedAt(OTHER, "");
    refusedAt(MAILBOX, "");
    sentBack();
    send();
    doneAt(MAILBOX);
  }

  @Test
  void one_that_drains_is_asked_as_long_as_it_serves_the_slot() {
    driver.view(MAILBOX_NODE, OTHER_NODE.in(NodeState.DRAINING), REGISTRY_NODE);
    send();
    refusedAt(MAILBOX, OTHER_NODE.incarnation());
    doneAt(OTHER);
  }

  @Test
  void a_node_whose_link_broke_is_asked_no_more() {
    send();
    refusedAt(MAILBOX, OTHER_NODE.incarnation());
    driver.mailboxBroken(OTHER);
    assertEquals(List.of(requests + " OUTCOME_UNKNOWN"), driver.told(E1));
    send();
    doneAt(MAILBOX);
  }

  @Test
  void an_incarnation_without_a_link_is_not_heeded() {
    send();
    refusedAt(MAILBOX, "m2-9");
    sentBack();
    send();
    doneAt(MAILBOX);
  }

  @Test
  void a_refusal_for_another_reason_moves_nothing() {
    send();
    refusedAt(MAILBOX, OTHER_NODE.incarnation());
    driver.respond(OTHER, MailboxResponse.newBuilder().setRequestId(askedAt(OTHER))
        .setRefusal(Refusal.newBuilder().setReason(Reason.REASON_OVERLOADED)));
    assertEquals(List.of(requests + " OVERLOADED"), driver.told(E1));
    send();
    doneAt(OTHER);
  }

  @Test
  void beyond_the_bytes_that_are_kept_a_refused_request_goes_back() {
    for (int payload = 1 << 20; payload > 0; payload /= 2) {
      fill(payload);
    }
    send();
    refusedAt(MAILBOX, OTHER_NODE.incarnation());
    assertEquals(List.of(requests + " UNAVAILABLE"), driver.told(E1));
    send();
    assertEquals(1, askedAt(OTHER));
  }

  private void fill(int payload) {
    ByteString id = ByteString.copyFrom(new byte[payload]);
    long before;
    do {
      before = driver.core.size().bytesKept();
      driver.request(E2, append(1).setAppend(
          Append.newBuilder().setConversationId(conversation).setClientMessageId(id)));
      driver.out.takeFirst(MAILBOX, MailboxRequest.class, request -> true);
    } while (driver.core.size().bytesKept() > before);
  }
}
