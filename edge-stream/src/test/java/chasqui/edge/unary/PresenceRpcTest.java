package chasqui.edge.unary;

import static chasqui.edge.unary.UnaryRig.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.edge.budget.BudgetLimits;
import chasqui.error.v1.Reason;
import chasqui.link.Rate;
import chasqui.mailbox.v1.ConversationIdDerived;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxRequest.OperationCase;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.PresenceDescription;
import chasqui.mailbox.v1.PresenceVisibilitySet;
import chasqui.people.v1.GetPresenceRequest;
import chasqui.people.v1.GetPresenceVisibilityRequest;
import chasqui.people.v1.PresenceServiceGrpc;
import chasqui.people.v1.PresenceServiceGrpc.PresenceServiceBlockingStub;
import chasqui.people.v1.PresenceVisibility;
import chasqui.people.v1.SetPresenceVisibilityRequest;
import chasqui.people.v1.UserPresence;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who is online, asked once: alice talks with everybody whose name begins with a b.
class PresenceRpcTest {

  private static final PresenceVisibility ALL = PresenceVisibility.PRESENCE_VISIBILITY_ONLINE_AND_LAST_SEEN;
  private static final PresenceVisibility ONLINE_ONLY = PresenceVisibility.PRESENCE_VISIBILITY_ONLINE_ONLY;
  private static final PresenceVisibility HIDDEN = PresenceVisibility.PRESENCE_VISIBILITY_HIDDEN;

  private final Map<String, PresenceVisibility> shows = new HashMap<>();
  private UnaryRig rig = rig(new UnaryRig());

  private UnaryRig rig(UnaryRig made) {
    made.on(OperationCase.DERIVE_CONVERSATION_ID, request -> request.getDeriveConversationId().getPeerUserId().equals("alice")
        ? UnaryRig.refusal(Reason.REASON_INVALID_FIELD)
        : MailboxResponse.newBuilder().setConversationIdDerived(ConversationIdDerived.newBuilder()
            .setConversationId(request.getDeriveConversationId().getPeerUserId())).build());
    made.on(OperationCase.DESCRIBE_CONVERSATION, request -> {
      String id = request.getDescribeConversation().getConversationId();
      return id.startsWith("b") ? UnaryRig.described(id) : UnaryRig.refusal(Reason.REASON_NOT_FOUND);
    });
    made.on(OperationCase.DESCRIBE_PRESENCE, request -> MailboxResponse.newBuilder().setPresenceDescription(
        PresenceDescription.newBuilder()
            .setVisibility(shows.getOrDefault(request.getDescribePresence().getUserId(), ALL))
            .setLastSeenMicros(60_000_000)).build());
    return made;
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private PresenceServiceBlockingStub stub() {
    return PresenceServiceGrpc.newBlockingStub(rig.as("Bearer alice@100"));
  }

  private List<String> get(String... users) {
    return stub().getPresence(GetPresenceRequest.newBuilder().addAllUserIds(List.of(users)).build()).getPresencesList()
        .stream().map(PresenceRpcTest::word).toList();
  }

  private static String word(UserPresence presence) {
    return presence.getUserId() + " " + presence.getState().name().substring("PRESENCE_STATE_".length())
        + (presence.hasLastSeenTime() ? " " + presence.getLastSeenTime().getSeconds() : "");
  }

  @Test
  void friends_are_given_as_they_are_in_the_order_in_which_they_were_asked_for() {
    rig.online.put("bob", true);
    rig.online.put("bill", false);
    assertEquals(List.of("bill OFFLINE 60", "bob ONLINE", "ben UNKNOWN 60"), get("bill", "bob", "ben"));
  }

  @Test
  void strangers_and_the_hidden_and_the_caller_are_as_those_who_do_not_exist() {
    for (String user : List.of("mallory", "bob", "alice", "nobody")) {
      rig.online.put(user, true);
    }
    shows.put("bob", HIDDEN);
    assertEquals(
        List.of("mallory UNKNOWN", "bob UNKNOWN", "alice UNKNOWN", "nobody UNKNOWN"), get("mallory", "bob", "alice", "nobody"));
  }

  @Test
  void who_shows_only_that_they_are_online_is_given_without_the_time() {
    rig.online.put("bill", false);
    rig.online.put("bob", true);
    shows.put("bill", ONLINE_ONLY);
    shows.put("ben", ONLINE_ONLY);
    assertEquals(List.of("bill OFFLINE", "bob ONLINE", "ben UNKNOWN"), get("bill", "bob", "ben"));
  }

  @Test
  void what_the_caller_does_not_show_they_are_not_given_of_others() {
    rig.online.put("bill", false);
    rig.online.put("bob", true);
    shows.put("alice", ONLINE_ONLY);
    assertEquals(List.of("bill OFFLINE", "bob ONLINE"), get("bill", "bob"));
    shows.put("alice", HIDDEN);
    assertEquals(List.of("bill UNKNOWN", "bob UNKNOWN"), get("bill", "bob"));
  }

  @Test
  void an_owner_that_cannot_answer_now_fails_the_call_instead_of_hiding_somebody() {
    for (OperationCase step : List.of(
        OperationCase.DERIVE_CONVERSATION_ID, OperationCase.DESCRIBE_CONVERSATION, OperationCase.DESCRIBE_PRESENCE)) {
      rig.close();
      rig = rig(new UnaryRig());
      rig.on(step, request -> UnaryRig.refusal(Reason.REASON_OVERLOADED));
      assertEquals(Reason.REASON_UNAVAILABLE, refused(() -> get("bob", "bill")), step.name());
      assertEquals(0, rig.services.callsOpen());
    }
  }

  @Test
  void two_hundred_are_given_and_cost_ten_calls_and_more_are_refused() {
    rig.close();
    BudgetLimits all = BudgetLimits.DEFAULT;
    rig = rig(new UnaryRig(new BudgetLimits(
        all.deviceSends(), all.userSends(), all.membersPerUnit(), new Rate(1, 10), all.creations(), all.contacts(),
        all.misses(), all.serviceFactor(), all.keptMax())));
    String[] users = IntStream.range(0, 200).mapToObj(i -> "b" + i).toArray(String[]::new);
    assertEquals(200, get(users).size());
    assertEquals(Reason.REASON_RATE_LIMITED, refused(() -> get("bob")));
    assertEquals(Reason.REASON_INVALID_FIELD, refused(() -> get(
        Stream.concat(Stream.of(users), Stream.of("bob")).toArray(String[]::new))));
    assertEquals(Reason.REASON_INVALID_FIELD, refused(() -> get()));
    assertEquals(Reason.REASON_INVALID_FIELD, refused(() -> get("bob", "bob")));
  }

  @Test
  void a_choice_is_stored_for_the_caller_and_read_back() {
    rig.on(OperationCase.SET_PRESENCE_VISIBILITY, request -> {
      shows.put(request.getCaller().getUserId(), request.getSetPresenceVisibility().getVisibility());
      return MailboxResponse.newBuilder().setPresenceVisibilitySet(PresenceVisibilitySet.getDefaultInstance()).build();
    });
    var get = GetPresenceVisibilityRequest.getDefaultInstance();
    assertEquals(ALL, stub().getPresenceVisibility(get).getVisibility());
    var _ = stub().setPresenceVisibility(SetPresenceVisibilityRequest.newBuilder().setVisibility(HIDDEN).build());
    assertEquals(HIDDEN, stub().getPresenceVisibility(get).getVisibility());
    assertEquals(Map.of("alice", HIDDEN), shows);
    assertEquals(Reason.REASON_INVALID_FIELD, refused(() -> stub().setPresenceVisibility(
        SetPresenceVisibilityRequest.getDefaultInstance())));
    assertEquals(Reason.REASON_INVALID_FIELD, refused(() -> stub().setPresenceVisibility(
        SetPresenceVisibilityRequest.newBuilder().setVisibilityValue(99).build())));
    rig.on(OperationCase.SET_PRESENCE_VISIBILITY, request -> UnaryRig.refusal(Reason.REASON_OUTCOME_UNKNOWN));
    assertEquals(Reason.REASON_OUTCOME_UNKNOWN, refused(() -> stub().setPresenceVisibility(
        SetPresenceVisibilityRequest.newBuilder().setVisibility(ALL).build())), "it may be in force");
    assertEquals(List.of("alice"), rig.asked(OperationCase.SET_PRESENCE_VISIBILITY).stream()
        .map(MailboxRequest::getCaller).map(caller -> caller.getUserId()).distinct().toList());
  }
}
