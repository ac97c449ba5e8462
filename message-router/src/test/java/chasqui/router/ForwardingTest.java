package chasqui.router;

import static chasqui.router.RouterDriver.E1;
import static chasqui.router.RouterDriver.E2;
import static chasqui.router.RouterDriver.MAILBOX;
import static chasqui.router.RouterDriver.MAILBOX_NODE;
import static chasqui.router.RouterDriver.REGISTRY;
import static chasqui.router.RouterDriver.REGISTRY_NODE;
import static chasqui.router.RouterDriver.node;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.OwnerTable;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.Appended;
import chasqui.mailbox.v1.Caller;
import chasqui.mailbox.v1.CursorUpdate;
import chasqui.mailbox.v1.DescribePresence;
import chasqui.mailbox.v1.ListDevices;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.OpenPositions;
import chasqui.mailbox.v1.PresenceVisibilitySet;
import chasqui.mailbox.v1.RangeRead;
import chasqui.mailbox.v1.ReadRange;
import chasqui.mailbox.v1.ReadRoster;
import chasqui.mailbox.v1.Refusal;
import chasqui.mailbox.v1.Revoke;
import chasqui.mailbox.v1.Revoked;
import chasqui.mailbox.v1.SaveCursors;
import chasqui.mailbox.v1.SetPresenceVisibility;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.router.v1.EdgeHello;
import chasqui.router.v1.NotHere;
import chasqui.router.v1.ToRouterItem;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForwardingTest {

  private final RouterDriver driver = new RouterDriver(RouterConfig.DEFAULT);

  private static MailboxRequest.Builder append(long id, String conversation) {
    return MailboxRequest.newBuilder().setRequestId(id).setCaller(Caller.newBuilder().setUserId("alice"))
        .setAppend(Append.newBuilder().setConversationId(conversation));
  }

  private static MailboxRequest.Builder read(long id) {
    return MailboxRequest.newBuilder().setRequestId(id).setReadRange(ReadRange.newBuilder().setConversationId("c"));
  }

  private static RouterDriver bounded(int perMailbox, int perEdge) {
    return new RouterDriver(new RouterConfig(
        new RouterConfig.Forwarding(Duration.ofSeconds(10), perMailbox, perEdge, Duration.ofMillis(200)),
        RouterConfig.Caches.DEFAULT, RouterConfig.Holding.DEFAULT, RouterConfig.Repair.DEFAULT));
  }

  private MailboxRequest forwarded() {
    return driver.out.takeFirst(MAILBOX, MailboxRequest.class, request -> true);
  }

  @Test
  void requests_of_two_edges_with_the_same_id_are_told_apart() {
    driver.request(E1, append(7, "c")).request(E2, read(7));
    MailboxRequest first = forwarded();
    MailboxRequest second = forwarded();
    assertNotEquals(first.getRequestId(), second.getRequestId());
    assertEquals("c", first.getAppend().getConversationId());
    assertEquals("alice", first.getCaller().getUserId());
    driver.respond(MailboxResponse.newBuilder().setRequestId(second.getRequestId()).setRangeRead(RangeRead.getDefaultInstance()));
    driver.respond(MailboxResponse.newBuilder().setRequestId(first.getRequestId()).setAppended(Appended.getDefaultInstance()));
    assertEquals(List.of("7 APPENDED"), driver.told(E1));
    assertEquals(List.of("7 RANGE_READ"), driver.told(E2));
  }

  @Test
  void each_request_goes_to_the_owner_of_its_slot() {
    NodeRecord other = node("m2", "m2-1", Role.MAILBOX);
    driver.view(MAILBOX_NODE, other, REGISTRY_NODE);
    driver.core.mailboxOpened(3, other);
    OwnerTable owners = OwnerTable.of(
        new Slots(64), new MembershipView(1, List.of(MAILBOX_NODE, other)), Role.MAILBOX);
    int atOther = 0;
    for (int i = 0; i < 40; i++) {
      long link = owners.ownerOf("conversation" + i).orElseThrow().equals(other) ? 3 : MAILBOX;
      driver.request(E1, append(i, "conversation" + i));
      assertEquals("conversation" + i,
          driver.out.takeFirst(link, MailboxRequest.class, request -> true).getAppend().getConversationId());
      long userLink = owners.ownerOf("user" + i).orElseThrow().equals(other) ? 3 : MAILBOX;
      driver.request(E1, MailboxRequest.newBuilder().setRequestId(100 + i)
          .setCaller(Caller.newBuilder().setUserId("user" + i)).setListDevices(ListDevices.getDefaultInstance()));
      assertEquals("user" + i,
          driver.out.takeFirst(userLink, MailboxRequest.class, request -> true).getCaller().getUserId());
      atOther += link == 3 ? 1 : 0;
    }
    assertNotEquals(0, atOther);
    assertNotEquals(40, atOther);
  }

  @Test
  void batches_must_be_of_one_slot() {
    Slots slots = new Slots(64);
    String twin = "c";
    for (int i = 0; slots.of(twin) != slots.of("c") || twin.equals("c"); i++) {
      twin = "twin" + i;
    }
    driver.request(E1, MailboxRequest.newBuilder().setRequestId(1)
        .setOpenPositions(OpenPositions.newBuilder().addConversationIds("c").addConversationIds(twin)));
    assertEquals(2, forwarded().getOpenPositions().getConversationIdsCount());
    driver.request(E1, MailboxRequest.newBuilder().setRequestId(2)
        .setOpenPositions(OpenPositions.newBuilder().addConversationIds("c").addConversationIds("other")));
    driver.request(E1, MailboxRequest.newBuilder().setRequestId(3).setSaveCursors(SaveCursors.newBuilder()
        .addCursors(CursorUpdate.newBuilder().setConversationId("c"))
        .addCursors(CursorUpdate.newBuilder().setConversationId("other"))));
    driver.request(E1, MailboxRequest.newBuilder().setRequestId(4).setSaveCursors(SaveCursors.getDefaultInstance()));
    assertEquals(List.of("2 INVALID_FIELD", "3 INVALID_FIELD", "4 INVALID_FIELD"), driver.told(E1));
    assertEquals(List.of(), driver.out.take(MAILBOX));
  }

  @Test
  void what_cannot_be_routed_is_refused() {
    driver.request(E1, append(1, ""));
    driver.request(E1, MailboxRequest.newBuilder().setRequestId(2).setListDevices(ListDevices.getDefaultInstance()));
    driver.request(E1, MailboxRequest.newBuilder().setRequestId(3).setReadRoster(ReadRoster.newBuilder().setConversationId("c")));
    driver.request(E1, MailboxRequest.newBuilder().setRequestId(4));
    assertEquals(List.of("1 INVALID_FIELD", "2 INVALID_FIELD", "3 PERMISSION_DENIED", "4 UNIMPLEMENTED"), driver.told(E1));
  }

  @Test
  void without_a_link_to_exactly_the_owner_nothing_was_done() {
    driver.view(REGISTRY_NODE).request(E1, append(1, "c"));
    driver.view(node("m", "m-2", Role.MAILBOX), REGISTRY_NODE).request(E1, append(2, "c"));
    driver.view(MAILBOX_NODE, REGISTRY_NODE);
    driver.out.closed.add(MAILBOX);
    driver.request(E1, append(3, "c"));
    assertEquals(List.of("1 UNAVAILABLE later", "2 UNAVAILABLE later", "3 UNAVAILABLE later"), driver.told(E1));
  }

  @Test
  void an_owner_that_does_not_answer_in_time_leaves_the_outcome_open_and_is_not_heard_later() {
    driver.request(E1, append(1, "c"));
    long id = forwarded().getRequestId();
    driver.after(Duration.ofMillis(9_999));
    assertEquals(List.of(), driver.told(E1));
    driver.after(Duration.ofMillis(1)).respond(MailboxResponse.newBuilder().setRequestId(id));
    assertEquals(List.of("1 DEADLINE_EXCEEDED"), driver.told(E1));
  }

  @Test
  void an_owner_lost_before_it_answered_leaves_writes_open_and_reads_to_be_tried_again() {
    driver.request(E1, append(1, "c")).request(E1, read(2)).request(E1, MailboxRequest.newBuilder().setRequestId(3)
        .setSaveCursors(SaveCursors.newBuilder().addCursors(CursorUpdate.newBuilder().setConversationId("c"))));
    driver.mailboxBroken().request(E1, append(4, "c"));
    assertEquals(
        List.of("1 OUTCOME_UNKNOWN", "2 UNAVAILABLE later", "3 OUTCOME_UNKNOWN", "4 UNAVAILABLE later"), driver.told(E1));
  }

  @Test
  void a_full_link_refuses_as_overloaded() {
    driver.out.full.add(MAILBOX);
    driver.request(E1, append(1, "c"));
    assertEquals(List.of("1 OVERLOADED later"), driver.told(E1));
    driver.out.full.clear();
    driver.mailboxBroken();
    assertEquals(List.of(), driver.told(E1), "it was answered already");
  }

  @Test
  void a_full_table_refuses_as_overloaded_until_one_is_answered() {
    RouterDriver small = bounded(2, 10);
    small.request(E1, append(1, "c")).request(E1, append(2, "c")).request(E2, append(3, "c"));
    assertEquals(List.of("3 OVERLOADED later"), small.told(E2));
    long id = small.out.takeFirst(MAILBOX, MailboxRequest.class, request -> true).getRequestId();
    small.respond(MailboxResponse.newBuilder().setRequestId(id).setAppended(Appended.getDefaultInstance()));
    small.request(E2, append(4, "c"));
    assertEquals(List.of(), small.told(E2));
    assertEquals(2, small.core.size().requests());
  }

  @Test
  void one_edge_cannot_take_all_the_room() {
    RouterDriver small = bounded(10, 1);
    small.request(E1, append(1, "c")).request(E1, append(2, "c")).request(E2, append(3, "c"));
    assertEquals(List.of("2 OVERLOADED later"), small.told(E1));
    assertEquals(List.of(), small.told(E2));
    small.after(Duration.ofSeconds(10)).request(E1, append(4, "c"));
    assertEquals(List.of("1 DEADLINE_EXCEEDED"), small.told(E1));
  }

  @Test
  void what_a_user_chose_to_show_is_told_to_every_registry_once_it_is_stored_and_makes_no_sign_out_forgotten() {
    driver.out.take(REGISTRY);
    signOut("mallory");
    for (int i = 0; i < RouterConfig.Repair.DEFAULT.broadcastsMax(); i++) {
      driver.request(E1, MailboxRequest.newBuilder().setRequestId(2 + i)
          .setCaller(Caller.newBuilder().setUserId("alice" + i)).setSetPresenceVisibility(SetPresenceVisibility.newBuilder()));
      driver.respond(MailboxResponse.newBuilder().setRequestId(forwarded().getRequestId())
          .setPresenceVisibilitySet(PresenceVisibilitySet.getDefaultInstance()));
    }
    driver.request(E1, MailboxRequest.newBuilder().setRequestId(1)
        .setCaller(Caller.newBuilder().setUserId("bob")).setSetPresenceVisibility(SetPresenceVisibility.newBuilder()));
    assertEquals("alice0", ((ToRegistryItem) driver.out.take(REGISTRY).get(1)).getVisibilityStored().getUserId());
    driver.respond(MailboxResponse.newBuilder().setRequestId(forwarded().getRequestId())
        .setRefusal(Refusal.newBuilder().setReason(Reason.REASON_UNAVAILABLE)));
    assertEquals(List.of(), driver.out.take(REGISTRY), "nothing was stored");
    driver.registryBroken(REGISTRY).registryOpened(5, REGISTRY_NODE);
    List<Object> greeting = driver.out.take(5);
    assertEquals("mallory", ((ToRegistryItem) greeting.get(1)).getRevocationStored().getUserId());
    assertEquals(2 + RouterConfig.Repair.DEFAULT.broadcastsMax(), greeting.size());
  }

  private void signOut(String user) {
    driver.request(E1, MailboxRequest.newBuilder().setRequestId(1)
        .setCaller(Caller.newBuilder().setUserId(user)).setRevoke(Revoke.newBuilder()));
    driver.respond(MailboxResponse.newBuilder().setRequestId(forwarded().getRequestId())
        .setRevoked(Revoked.newBuilder().setRevokedMicros(5)));
  }

  @Test
  void what_is_stored_of_somebody_s_presence_is_asked_where_that_user_is_not_where_the_caller_is() {
    Slots slots = new Slots(1024);
    MailboxRequest.Builder asked = MailboxRequest.newBuilder().setCaller(Caller.newBuilder().setUserId("bob"))
        .setDescribePresence(DescribePresence.newBuilder().setUserId("alice"));
    assertEquals(slots.of("alice"), Route.of(asked.build(), slots).slot());
    assertEquals(false, Route.of(asked.build(), slots).write());
    asked.setDescribePresence(DescribePresence.getDefaultInstance());
    assertEquals(Reason.REASON_INVALID_FIELD, Route.of(asked.build(), slots).refused());
    MailboxRequest chosen = MailboxRequest.newBuilder().setCaller(Caller.newBuilder().setUserId("bob"))
        .setSetPresenceVisibility(SetPresenceVisibility.getDefaultInstance()).build();
    assertEquals(slots.of("bob"), Route.of(chosen, slots).slot());
    assertEquals(true, Route.of(chosen, slots).write());
  }

  @Test
  void a_stored_sign_out_is_told_to_every_registry_and_to_one_that_comes_back() {
    NodeRecord second = node("r2", "r2-1", Role.REGISTRY);
    driver.view(MAILBOX_NODE, REGISTRY_NODE, second).registryOpened(4, second);
    driver.out.take(REGISTRY);
    driver.out.take(4);
    driver.request(E1, MailboxRequest.newBuilder().setRequestId(1)
        .setCaller(Caller.newBuilder().setUserId("alice").setDeviceId("caller"))
        .setRevoke(Revoke.newBuilder().setDeviceId("phone")));
    driver.respond(MailboxResponse.newBuilder().setRequestId(forwarded().getRequestId())
        .setRevoked(Revoked.newBuilder().setRevokedMicros(5)));
    for (long registry : new long[] {REGISTRY, 4}) {
      var told = ((ToRegistryItem) driver.out.take(registry).getFirst()).getRevocationStored();
      assertEquals("alice phone 5", told.getUserId() + " " + told.getDeviceId() + " " + told.getRevokedMicros());
    }
    assertEquals(List.of("1 REVOKED"), driver.told(E1));
    driver.registryBroken(REGISTRY).registryOpened(5, REGISTRY_NODE);
    List<Object> greeting = driver.out.take(5);
    assertEquals(true, ((ToRegistryItem) greeting.get(0)).hasHello());
    assertEquals(true, ((ToRegistryItem) greeting.get(1)).hasRevocationStored());
    driver.after(Duration.ofMinutes(11)).registryBroken(5).registryOpened(6, REGISTRY_NODE);
    assertEquals(1, driver.out.take(6).size(), "long forgotten");
  }

  @Test
  void a_refused_sign_out_is_told_to_nobody() {
    driver.request(E1, MailboxRequest.newBuilder().setRequestId(1)
        .setCaller(Caller.newBuilder().setUserId("alice")).setRevoke(Revoke.getDefaultInstance()));
    driver.mailboxBroken();
    assertEquals(List.of(), driver.out.take(REGISTRY));
  }

  @Test
  void a_link_that_does_not_begin_with_one_hello_is_ended() {
    driver.edgeItem(20, ToRouterItem.newBuilder().setNotHere(NotHere.getDefaultInstance()).build());
    assertEquals(Status.Code.FAILED_PRECONDITION, driver.out.ended.get(20L).getCode());
    driver.edgeItem(E1, ToRouterItem.newBuilder().setHello(EdgeHello.getDefaultInstance()).build());
    assertEquals(Status.Code.FAILED_PRECONDITION, driver.out.ended.get(E1).getCode());
  }

  @Test
  void limits_that_contradict_each_other_are_refused() {
    assertThrows(IllegalArgumentException.class, () -> new RouterConfig(
        new RouterConfig.Forwarding(Duration.ofSeconds(1), 10, 10, Duration.ofMillis(200)),
        RouterConfig.Caches.DEFAULT, RouterConfig.Holding.DEFAULT, RouterConfig.Repair.DEFAULT));
    assertThrows(IllegalArgumentException.class, () -> new RouterConfig.Holding(
        1, 1 << 20, 2, 10, 10, Duration.ofSeconds(5), Duration.ofMillis(200)));
    assertEquals(Duration.ofSeconds(10), RouterConfig.DEFAULT.forwarding().deadline());
  }
}
