package chasqui.node.vouch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.TokenVerifier;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.registry.v1.EndSession;
import chasqui.registry.v1.FromRegistryItem;
import chasqui.registry.v1.Opener;
import chasqui.registry.v1.ToRegistry;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.router.v1.FromRouter;
import chasqui.router.v1.FromRouterItem;
import chasqui.router.v1.TypingSignalled;
import chasqui.trace.v1.TraceEntry;
import chasqui.trace.v1.TraceQuery;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A router behind the check, and edges that vouch for their users, or do not.
class VouchLinkTest {

  @TempDir
  private Path folder;
  private VouchRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new VouchRig(folder, 3, new AtOnce());
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private static Reason refused(FromRouter frame) {
    return response(frame).getRefusal().getReason();
  }

  private static MailboxResponse response(FromRouter frame) {
    assertEquals(FromRouterItem.ItemCase.RESPONSE, frame.getItems(0).getItemCase(), frame.toString());
    return frame.getItems(0).getResponse();
  }

  @Test
  void an_edge_presents_a_token_once_and_asks_in_its_name() {
    rig.wallet.verify(rig.token("alice", Duration.ofMinutes(10)));
    VouchRig.EdgeEnd edge = rig.honest();
    edge.ask(1, "alice");
    edge.ask(2, "alice");
    assertFalse(response(edge.next()).hasRefusal());
    assertFalse(response(edge.next()).hasRefusal());
    assertEquals(List.of("alice", "alice"), rig.reached());
    assertEquals(1, rig.vouches(), "the token went once");
  }

  @Test
  void whoever_presents_nothing_is_refused() {
    VouchRig.EdgeEnd rogue = rig.rogue(Set.of("edge"));
    rogue.ask(1, "alice");
    assertEquals(Reason.REASON_PERMISSION_DENIED, refused(rogue.next()));
    rogue.say(item -> item.setTyping(TypingSignalled.newBuilder().setUserId("alice").setConversationId("c").setTyping(true)));
    assertEquals(List.of(), rig.reached());
    assertEquals(2, rig.count("chasqui_internal_unvouched_total", "unvouched"));
  }

  @Test
  void another_users_token_garbage_and_an_expired_one_open_nothing() {
    VouchRig.EdgeEnd rogue = rig.rogue(Set.of("edge"));
    String ended = rig.token("alice", Duration.ofSeconds(5));
    rig.pass(Duration.ofSeconds(5));
    for (String token : List.of(rig.token("mallory", Duration.ofMinutes(1)), "garbage", ended, rig.strangersToken("alice"))) {
      rogue.say(item -> item.setVouch(token));
      rogue.ask(1, "alice");
      assertEquals(Reason.REASON_PERMISSION_DENIED, refused(rogue.next()), token);
    }
    rogue.ask(2, "mallory");
    assertFalse(response(rogue.next()).hasRefusal(), "in its own name it may ask");
    assertEquals(List.of("mallory"), rig.reached());
  }

  @Test
  void a_token_counts_until_it_ends_and_a_little_longer() {
    VouchRig.EdgeEnd edge = rig.rogue(Set.of("edge"));
    String token = rig.token("alice", Duration.ofMinutes(5));
    edge.say(item -> item.setVouch(token));
    rig.pass(Duration.ofMinutes(5).plus(VouchedUsers.GRACE).minusMillis(1));
    edge.ask(1, "alice");
    assertFalse(response(edge.next()).hasRefusal());
    rig.pass(Duration.ofMillis(1));
    edge.ask(2, "alice");
    assertEquals(Reason.REASON_PERMISSION_DENIED, refused(edge.next()));
  }

  @Test
  void a_renewed_token_is_presented_with_the_next_frame_whatever_that_holds() {
    rig.wallet.verify(rig.token("alice", Duration.ofMinutes(5)));
    VouchRig.EdgeEnd edge = rig.honest();
    edge.ask(1, "alice");
    edge.next();
    rig.wallet.verify(rig.token("alice", Duration.ofHours(1)));
    edge.probe();
    assertEquals(2, rig.vouches());
    rig.pass(Duration.ofMinutes(30));
    edge.ask(2, "alice");
    assertFalse(response(edge.next()).hasRefusal());
    assertEquals(2, rig.vouches());
  }

  @Test
  void a_token_that_is_not_taken_is_presented_again_with_the_next_request() {
    rig.wallet.verify(rig.token("alice", Duration.ofMinutes(5)));
    rig.believe(false);
    VouchRig.EdgeEnd edge = rig.honest();
    edge.ask(1, "alice");
    assertEquals(Reason.REASON_UNAVAILABLE, refused(edge.next()), "what the edge's sessions take for: later");
    rig.believe(true);
    edge.ask(2, "alice");
    assertFalse(response(edge.next()).hasRefusal());
  }

  @Test
  void a_full_link_says_so_and_makes_room_as_tokens_end() {
    VouchRig.EdgeEnd edge = rig.rogue(Set.of("edge"));
    for (String user : List.of("u1", "u2", "u3", "u4")) {
      String token = rig.token(user, Duration.ofMinutes(1));
      edge.say(item -> item.setVouch(token));
      edge.ask(1, user);
      assertEquals(user.equals("u4") ? Reason.REASON_OVERLOADED : Reason.REASON_UNSPECIFIED, refused(edge.next()));
    }
    rig.pass(Duration.ofMinutes(3));
    String token = rig.token("u4", Duration.ofMinutes(1));
    edge.say(item -> item.setVouch(token));
    edge.ask(2, "u4");
    assertFalse(response(edge.next()).hasRefusal());
  }

  @Test
  void what_was_presented_on_one_link_counts_on_no_other() {
    rig.wallet.verify(rig.token("alice", Duration.ofMinutes(5)));
    VouchRig.EdgeEnd edge = rig.honest();
    edge.ask(1, "alice");
    assertFalse(response(edge.next()).hasRefusal());
    VouchRig.EdgeEnd rogue = rig.rogue(Set.of("edge"));
    rogue.ask(1, "alice");
    assertEquals(Reason.REASON_PERMISSION_DENIED, refused(rogue.next()));
    edge.end();
    VouchRig.EdgeEnd again = rig.honest();
    again.ask(1, "alice");
    assertFalse(response(again.next()).hasRefusal());
    assertEquals(2, rig.vouches(), "a link that is opened again knows of nobody");
  }

  @Test
  void traces_and_services_need_a_certificate_that_says_so() {
    VouchRig.EdgeEnd edge = rig.rogue(Set.of("edge"));
    edge.say(item -> item.getRequestBuilder().setRequestId(1).setTraceEntry(TraceEntry.newBuilder().setConversationId("c"))
        .getCallerBuilder().setUserId("operator"));
    assertEquals(Reason.REASON_PERMISSION_DENIED, refused(edge.next()));
    edge.ask(2, "service.billing");
    assertEquals(Reason.REASON_PERMISSION_DENIED, refused(edge.next()));
    edge.say(item -> item.setTrace(TraceQuery.newBuilder().setConversationId("c").setSeq(1)));
    assertEquals(List.of(), rig.reached());
    assertEquals(3, rig.count("chasqui_internal_unvouched_total", "not-services"));
    VouchRig.EdgeEnd services = rig.rogue(Set.of("edge", Peer.SERVICES));
    services.ask(3, "service.billing");
    assertFalse(response(services.next()).hasRefusal());
    services.ask(4, "alice");
    assertEquals(Reason.REASON_PERMISSION_DENIED, refused(services.next()), "users are none of its business either");
  }

  @Test
  void bad_tokens_are_not_computed_without_end() {
    VouchRig.EdgeEnd rogue = rig.rogue(Set.of("edge"));
    for (int i = 0; i < 300; i++) {
      String token = "garbage-" + i;
      rogue.say(item -> item.setVouch(token));
    }
    assertEquals(200, rig.count("chasqui_internal_vouches_total", "refused"));
    assertEquals(100, rig.count("chasqui_internal_vouches_total", "limited"));
    rig.pass(Duration.ofSeconds(1));
    String token = rig.token("alice", Duration.ofMinutes(1));
    rogue.say(item -> item.setVouch(token));
    rogue.ask(1, "alice");
    assertFalse(response(rogue.next()).hasRefusal());
  }

  @Test
  void the_audit_tells_once_a_minute_how_often_and_never_whose_token() {
    VouchRig.EdgeEnd rogue = rig.rogue(Set.of("edge"), "evil\nnode");
    for (int i = 0; i < 5; i++) {
      rogue.ask(i + 1, "alice\n");
      rogue.next();
    }
    assertEquals(1, rig.audit().size(), "the first at once, the others later");
    rig.pass(Duration.ofMinutes(1));
    rogue.ask(9, "alice\n");
    rogue.end();
    List<String> lines = rig.audit();
    assertEquals(2, lines.size(), lines.toString());
    assertTrue(lines.getFirst().contains("unvouched=1") && lines.getLast().contains("unvouched=5"), lines.toString());
    assertTrue(lines.stream().noneMatch(line -> line.contains("alice") || line.contains("evil")), lines.toString());
  }

  @Test
  void the_same_token_is_verified_once_for_all_links() {
    String token = rig.token("alice", Duration.ofMinutes(5));
    for (int i = 0; i < 3; i++) {
      rig.rogue(Set.of("edge")).say(item -> item.setVouch(token));
    }
    assertEquals(1, rig.verified());
    rig.pass(TokenJudge.REMEMBERED);
    rig.rogue(Set.of("edge")).say(item -> item.setVouch(token));
    assertEquals(2, rig.verified(), "a key may have been withdrawn by now");
  }

  @Test
  void a_wallet_keeps_the_token_that_lasts_longest_and_drops_what_has_ended() {
    String longer = rig.token("alice", Duration.ofHours(1));
    rig.wallet.verify(longer);
    assertTrue(rig.wallet.verify(rig.token("alice", Duration.ofMinutes(1))) instanceof TokenVerifier.Identity);
    assertEquals(longer, rig.wallet.of("alice", rig.nowMillis()).token());
    rig.wallet.verify("garbage");
    assertEquals(1, rig.wallet.size());
    rig.pass(Duration.ofHours(2));
    rig.wallet.verify(rig.token("bob", Duration.ofMinutes(1)));
    assertEquals(1, rig.wallet.size(), "bob's alone");
  }

  @Test
  void a_full_wallet_lets_those_go_who_ask_for_nothing() {
    for (String user : List.of("u1", "u2", "u3", "u4")) {
      rig.wallet.verify(rig.token(user, Duration.ofHours(1)));
    }
    assertEquals(3, rig.wallet.size(), "the bound");
    rig.pass(Duration.ofMinutes(15));
    rig.wallet.of("u1", rig.nowMillis());
    rig.wallet.verify(rig.token("u5", Duration.ofHours(1)));
    assertTrue(rig.wallet.holds("u1") && rig.wallet.holds("u5") && rig.wallet.size() == 2);
  }

  @Test
  void sessions_end_with_the_tokens_of_their_users_unless_they_were_taken_back() {
    List<ToRegistryItem> reached = new ArrayList<>();
    List<FromRegistryItem> answers = new ArrayList<>();
    StreamObserver<ToRegistry> edge = rig.registry(reached, answers);
    edge.onNext(said(item -> item.getHelloBuilder().setNodeId("edge-1").setOpener(Opener.OPENER_EDGE)));
    for (String user : List.of("alice", "bob")) {
      String token = rig.token(user, Duration.ofMinutes(user.equals("bob") ? 30 : 5));
      edge.onNext(said(item -> item.setVouch(token)));
    }
    for (int session = 1; session <= 3; session++) {
      int id = session;
      edge.onNext(said(item -> item.getAnnounceBuilder().setUserId(id == 3 ? "bob" : "alice").setSessionId(id)));
    }
    edge.onNext(said(item -> item.getWithdrawBuilder().setUserId("alice").setSessionId(2)));
    reached.clear();
    rig.pass(Duration.ofMinutes(7));
    edge.onNext(ToRegistry.getDefaultInstance());
    assertEquals(List.of(said(item -> item.getWithdrawBuilder().setUserId("alice").setSessionId(1)).getItems(0)), reached);
    assertEquals(List.of(FromRegistryItem.newBuilder().setEndSession(
        EndSession.newBuilder().setSessionId(1).setReason(Reason.REASON_TOKEN_EXPIRED)).build()), answers);
    edge.onNext(said(item -> item.getAnnounceBuilder().setRequestId(9).setUserId("alice").setSessionId(1)));
    assertEquals(Reason.REASON_PERMISSION_DENIED, answers.getLast().getAnnounced().getRefused());
    assertEquals(9, answers.getLast().getAnnounced().getRequestId());
  }

  private static ToRegistry said(Consumer<ToRegistryItem.Builder> what) {
    ToRegistryItem.Builder item = ToRegistryItem.newBuilder();
    what.accept(item);
    return ToRegistry.newBuilder().addItems(item).build();
  }
}
