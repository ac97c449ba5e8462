package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.TokenVerifier;
import chasqui.edge.budget.BudgetLimits;
import chasqui.edge.budget.Budgets;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Hello;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.edge.v1.Welcome;
import chasqui.error.v1.Reason;
import chasqui.link.Rate;
import chasqui.mailbox.v1.MailboxRequest.OperationCase;
import chasqui.registry.v1.Announced;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HandshakeTest {

  private final SessionRig rig = new SessionRig();

  @Test
  void nothing_is_read_before_the_announcement_is_confirmed() {
    rig.hello();
    assertEquals(List.of(new RegistryPort.Card("alice", "phone", 7, 3)), rig.announced);
    rig.pass(Duration.ofSeconds(3));
    rig.pushNew("c", "while it is open");
    assertTrue(rig.asked.isEmpty(), "asked before the confirmation: " + rig.asked);
    assertTrue(rig.sink.frames.isEmpty());
    rig.confirm();
    assertEquals(List.of(OperationCase.REGISTER_DEVICE), rig.asked.stream().map(r -> r.getOperationCase()).toList());
    assertEquals(SessionRig.START.getEpochSecond() - 10, rig.asked.getFirst().getRegisterDevice().getTokenIssuedSeconds());
    assertEquals("phone", rig.asked.getFirst().getCaller().getDeviceId());
    rig.run();
    assertEquals(FrameCase.WELCOME, rig.sink.frames.getFirst().getFrameCase());
  }

  @Test
  void a_push_between_confirmation_and_welcome_is_not_lost() {
    rig.hello();
    rig.confirm();
    rig.held = request -> request.getOperationCase() == OperationCase.READ_MARKS;
    rig.pushNew("c", "early");
    rig.run();
    assertEquals(1, rig.sink.deliveries().size(), "delivered without the sync's help");
    assertEquals("early", rig.sink.deliveries().getFirst().getEntries(0).getMessage().getText().getText());
  }

  @Test
  void welcome_tells_the_limits_and_the_token_end() {
    rig.owner.device = rig.owner.device.toBuilder().setNewDevice(true).build();
    rig.live();
    Welcome welcome = rig.sink.frames.getFirst().getWelcome();
    assertEquals("alice", welcome.getUserId());
    assertEquals(7, welcome.getSessionId());
    assertEquals(1, welcome.getProtocolVersion());
    assertTrue(welcome.getNewDevice());
    assertEquals(SessionRig.EXPIRES, welcome.getTokenExpireTime().getSeconds());
    assertEquals(SessionRig.START.getEpochSecond(), welcome.getServerTime().getSeconds());
    assertEquals(15, welcome.getLimits().getHeartbeatInterval().getSeconds());
    assertEquals(30, welcome.getLimits().getStreamTimeout().getSeconds());
    assertEquals(5, welcome.getLimits().getDevicesOnlineMax());
    assertEquals(100, welcome.getLimits().getDeliveryEntriesMax());
    assertEquals(32 * 1024, welcome.getLimits().getDeliveryBytesMax());
    assertEquals(256, welcome.getLimits().getUnackedEntriesMax());
    assertEquals(64, welcome.getLimits().getUnansweredSendsMax());
    assertEquals(64 * 1024, welcome.getLimits().getMessageBytesMax());
  }

  @Test
  void a_frame_before_hello_is_a_protocol_violation() {
    rig.send("c", "hi");
    assertEquals(Reason.REASON_PROTOCOL_VIOLATION, rig.ended());
    assertTrue(rig.withdrawn.isEmpty());
  }

  @Test
  void an_unknown_frame_before_hello_is_a_protocol_violation() {
    rig.receive(ClientFrame.getDefaultInstance());
    assertEquals(Reason.REASON_PROTOCOL_VIOLATION, rig.ended());
  }

  @Test
  void a_second_hello_is_a_protocol_violation() {
    rig.live().hello();
    assertEquals(Reason.REASON_PROTOCOL_VIOLATION, rig.ended());
    assertEquals(1, rig.withdrawn.size());
  }

  @Test
  void a_bad_token_ends_the_stream_before_the_registry_hears_of_it() {
    rig.verdict = new TokenVerifier.Refused();
    rig.hello();
    assertEquals(Reason.REASON_UNAUTHENTICATED, rig.ended());
    assertTrue(rig.announced.isEmpty());
  }

  @Test
  void a_user_id_that_no_schema_allows_is_refused() {
    rig.verdict = new TokenVerifier.Identity("ü".repeat(33), 1, SessionRig.EXPIRES);
    rig.hello();
    assertEquals(Reason.REASON_UNAUTHENTICATED, rig.ended());
  }

  @Test
  void another_protocol_version_is_told_what_is_spoken() {
    rig.receive(ClientFrame.newBuilder().setHello(
        Hello.newBuilder().setProtocolVersion(2).setToken("t").setDeviceId("phone").setConnectNumber(1)).build());
    assertEquals(Reason.REASON_PROTOCOL_VERSION_UNSUPPORTED, rig.ended());
    assertEquals(Map.of("supported", "1"), rig.sink.end.metadata());
  }

  @Test
  void a_hello_beyond_the_schema_names_the_field() {
    rig.receive(ClientFrame.newBuilder().setHello(Hello.newBuilder().setProtocolVersion(1).setDeviceId("phone")).build());
    assertEquals(Reason.REASON_INVALID_FIELD, rig.ended());
    assertEquals(Map.of("field", "hello.connect_number"), rig.sink.end.metadata());
  }

  @Test
  void a_device_id_keeps_to_its_alphabet() {
    rig.receive(ClientFrame.newBuilder().setHello(
        Hello.newBuilder().setProtocolVersion(1).setDeviceId("my phone").setConnectNumber(1)).build());
    assertEquals(Map.of("field", "hello.device_id"), rig.sink.end.metadata());
  }

  @Test
  void a_stale_connect_number_is_answered_with_the_highest() {
    rig.announcement = Announced.newBuilder()
        .setRefused(Reason.REASON_STALE_CONNECT_NUMBER).setHighestConnectNumber(12).build();
    rig.hello();
    rig.confirm();
    assertEquals(Reason.REASON_STALE_CONNECT_NUMBER, rig.ended());
    assertEquals(Map.of("highest", "12"), rig.sink.end.metadata());
    assertEquals(1, rig.withdrawn.size());
  }

  @Test
  void the_device_cap_refuses_before_anything_is_read() {
    rig.announcement = Announced.newBuilder().setRefused(Reason.REASON_DEVICE_CAP).build();
    rig.hello();
    rig.confirm();
    assertEquals(Reason.REASON_DEVICE_CAP, rig.ended());
    assertTrue(rig.asked.isEmpty());
    assertTrue(rig.sink.frames.isEmpty(), "welcome is always the first frame");
  }

  @Test
  void an_absent_registry_is_unavailable_and_worth_a_retry() {
    rig.announcement = Announced.newBuilder().setRefused(Reason.REASON_UNAVAILABLE).build();
    rig.hello();
    rig.confirm();
    assertEquals(Reason.REASON_UNAVAILABLE, rig.ended());
    assertTrue(rig.sink.end.retryAfter().isPositive());
  }

  @Test
  void a_signed_out_device_is_refused() {
    rig.owner.registerRefused = Reason.REASON_REVOKED;
    rig.hello();
    rig.confirm();
    rig.run();
    assertEquals(Reason.REASON_REVOKED, rig.ended());
    assertTrue(rig.sink.frames.isEmpty());
    assertEquals(1, rig.withdrawn.size());
  }

  @Test
  void an_owner_that_is_not_ready_is_unavailable() {
    rig.owner.registerRefused = Reason.REASON_OUTCOME_UNKNOWN;
    rig.hello();
    rig.confirm();
    rig.run();
    assertEquals(Reason.REASON_UNAVAILABLE, rig.ended());
  }

  @Test
  void a_full_router_is_unavailable() {
    rig.full = request -> true;
    rig.hello();
    rig.confirm();
    assertEquals(Reason.REASON_UNAVAILABLE, rig.ended());
  }

  @Test
  void a_stream_without_hello_is_ended() {
    rig.pass(Duration.ofSeconds(9));
    assertNull(rig.ended());
    rig.pass(Duration.ofSeconds(1));
    assertEquals(Reason.REASON_PROTOCOL_VIOLATION, rig.ended());
  }

  @Test
  void a_registry_that_never_answers_ends_the_stream() {
    rig.hello();
    rig.pass(Duration.ofSeconds(10));
    assertEquals(Reason.REASON_UNAVAILABLE, rig.ended());
    rig.confirm();
    assertTrue(rig.asked.isEmpty(), "a late confirmation changes nothing");
  }

  @Test
  void one_frame_is_read_until_the_session_stands() {
    rig.hello();
    assertEquals(0, rig.sink.requested);
    rig.confirm();
    rig.run();
    assertEquals(16, rig.sink.requested);
    assertFalse(rig.session.isEnded());
  }

  @Test
  void it_leaves_the_registry_once() {
    rig.live();
    rig.session.on(Signal.CANCELLED, rig.now);
    rig.session.on(Signal.CANCELLED, rig.now);
    rig.session.on(new SessionEvent.EndWanted(Reason.REASON_SUPERSEDED), rig.now);
    assertEquals(1, rig.withdrawn.size());
    assertEquals(1, rig.sink.ends);
    assertEquals(rig.announced, rig.withdrawn);
  }

  @Test
  void streams_that_are_opened_too_often_are_refused_before_anybody_is_asked() {
    BudgetLimits usual = BudgetLimits.DEFAULT;
    Budgets budgets = new Budgets(new BudgetLimits(
        usual.deviceSends(), usual.userSends(), usual.membersPerUnit(), new Rate(60, 1), usual.creations(), usual.contacts(),
        usual.misses(), usual.serviceFactor(), usual.keptMax()), OpenTelemetry.noop().getMeter("test"));
    new SessionRig(SessionLimits.DEFAULT, budgets).live();
    SessionRig next = new SessionRig(SessionLimits.DEFAULT, budgets).hello();
    assertEquals(Reason.REASON_RATE_LIMITED, next.ended());
    assertEquals(List.of(), next.announced);
  }
}
