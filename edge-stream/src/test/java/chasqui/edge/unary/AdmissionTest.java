package chasqui.edge.unary;

import static chasqui.edge.unary.UnaryRig.ID;
import static chasqui.edge.unary.UnaryRig.refusal;
import static chasqui.edge.unary.UnaryRig.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.CreateGroupRequest;
import chasqui.conversation.v1.GetConversationRequest;
import chasqui.conversation.v1.ListConversationsRequest;
import chasqui.device.v1.DeviceServiceGrpc;
import chasqui.device.v1.ListDevicesRequest;
import chasqui.edge.session.RouterPort.Taken;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.Devices;
import chasqui.mailbox.v1.MailboxRequest.OperationCase;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.message.v1.MessageServiceGrpc;
import chasqui.message.v1.SendMessageRequest;
import chasqui.status.Statuses;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who may call, how many at a time, and how refusals reach the caller.
class AdmissionTest {

  private final UnaryRig rig = new UnaryRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void only_a_good_bearer_token_is_let_in() {
    GetConversationRequest request = GetConversationRequest.newBuilder().setConversationId("c").build();
    for (String header : new String[] {null, "", "alice@100", "Basic alice@100", "Bearer nonsense"}) {
      assertEquals(Reason.REASON_UNAUTHENTICATED, refused(
          () -> ConversationServiceGrpc.newBlockingStub(rig.as(header)).getConversation(request)), "header " + header);
    }
    assertTrue(rig.asked.isEmpty());
    assertEquals("c", ConversationServiceGrpc.newBlockingStub(rig.as("bearer  alice@100"))
        .getConversation(request).getConversation().getConversationId(), "the scheme's case does not matter");
    assertEquals("alice", rig.asked.getLast().getCaller().getUserId());
  }

  @Test
  void a_sign_out_is_asked_for_once_a_minute() {
    GetConversationRequest request = GetConversationRequest.newBuilder().setConversationId("c").build();
    for (int i = 0; i < 5; i++) {
      rig.conversations().getConversation(request);
    }
    assertEquals(1, rig.asked(OperationCase.REGISTER_DEVICE).size());
    assertEquals("", rig.asked.getFirst().getCaller().getDeviceId());
    assertEquals(100, rig.asked.getFirst().getRegisterDevice().getTokenIssuedSeconds());
    ConversationServiceGrpc.newBlockingStub(rig.as("Bearer alice@99")).getConversation(request);
    assertEquals(2, rig.asked(OperationCase.REGISTER_DEVICE).size(), "an older token is another question");
    rig.now = rig.now.plusSeconds(61);
    rig.conversations().getConversation(request);
    assertEquals(3, rig.asked(OperationCase.REGISTER_DEVICE).size());
  }

  @Test
  void a_signed_out_user_is_refused_like_any_bad_token() {
    rig.on(OperationCase.REGISTER_DEVICE, r -> refusal(Reason.REASON_REVOKED));
    assertEquals(Reason.REASON_UNAUTHENTICATED, refused(() -> rig.conversations().listConversations(
        ListConversationsRequest.getDefaultInstance())));
    assertTrue(rig.asked(OperationCase.LIST_ACTIVITY).isEmpty());
  }

  @Test
  void a_broadcast_sign_out_counts_at_once() {
    GetConversationRequest request = GetConversationRequest.newBuilder().setConversationId("c").build();
    rig.conversations().getConversation(request);
    rig.services.revoked("alice", "phone", 200_000_000);
    rig.conversations().getConversation(request);
    rig.services.revoked("alice", "", 100_000_001);
    assertEquals(Reason.REASON_UNAUTHENTICATED, refused(() -> rig.conversations().getConversation(request)));
    ConversationServiceGrpc.newBlockingStub(rig.as("Bearer alice@101")).getConversation(request);
  }

  @Test
  void a_field_beyond_the_schema_is_named() {
    StatusRuntimeException failure = assertThrows(StatusRuntimeException.class,
        () -> rig.conversations().createGroup(CreateGroupRequest.newBuilder().setRequestId(ID).build()));
    assertEquals(Reason.REASON_INVALID_FIELD, Statuses.reasonOf(failure).orElseThrow());
    assertTrue(failure.getStatus().getDescription().startsWith("title: "), failure.getMessage());
    assertTrue(rig.asked.isEmpty());
  }

  @Test
  void too_many_calls_are_refused_and_room_is_given_back() {
    rig.on(OperationCase.LIST_DEVICES, r -> null);
    DeviceServiceGrpc.DeviceServiceFutureStub devices = DeviceServiceGrpc.newFutureStub(rig.as("Bearer alice@100"));
    var waiting = IntStream.range(0, 3).mapToObj(i -> devices.listDevices(ListDevicesRequest.getDefaultInstance())).toList();
    assertEquals(3, rig.services.callsOpen());
    GetConversationRequest request = GetConversationRequest.newBuilder().setConversationId("c").build();
    assertEquals(Reason.REASON_OVERLOADED, refused(() -> rig.conversations().getConversation(request)));
    rig.unanswered.forEach(
        answer -> answer.accept(MailboxResponse.newBuilder().setDevices(Devices.getDefaultInstance()).build()));
    assertTrue(waiting.stream().allMatch(call -> call.isDone()));
    assertEquals(0, rig.services.callsOpen());
    assertEquals("c", rig.conversations().getConversation(request).getConversation().getConversationId());
  }

  @Test
  void a_router_that_is_full_or_absent_is_told_as_such() {
    GetConversationRequest request = GetConversationRequest.newBuilder().setConversationId("c").build();
    rig.taken = Taken.FULL;
    assertEquals(Reason.REASON_OVERLOADED, refused(() -> rig.conversations().getConversation(request)));
    rig.taken = Taken.UNREACHABLE;
    assertEquals(Reason.REASON_UNAVAILABLE, refused(() -> rig.conversations().getConversation(request)));
    assertEquals(0, rig.services.callsOpen());
  }

  @Test
  void refusals_of_owners_are_passed_on_with_their_reason() {
    GetConversationRequest request = GetConversationRequest.newBuilder().setConversationId("c").build();
    rig.on(OperationCase.DESCRIBE_CONVERSATION, r -> refusal(Reason.REASON_NOT_FOUND));
    assertEquals(Reason.REASON_NOT_FOUND, refused(() -> rig.conversations().getConversation(request)));
    rig.on(OperationCase.DESCRIBE_CONVERSATION, r -> refusal(Reason.REASON_OUTCOME_UNKNOWN));
    assertEquals(Reason.REASON_UNAVAILABLE, refused(() -> rig.conversations().getConversation(request)), "a read has no outcome");
    rig.on(OperationCase.DESCRIBE_CONVERSATION, r -> refusal(Reason.REASON_UNSPECIFIED));
    assertEquals(Reason.REASON_INTERNAL, refused(() -> rig.conversations().getConversation(request)));
    rig.on(OperationCase.APPEND, r -> refusal(Reason.REASON_OUTCOME_UNKNOWN));
    assertEquals(Reason.REASON_OUTCOME_UNKNOWN, refused(() -> rig.send("hi")));
  }

  @Test
  void a_bug_is_an_internal_error() {
    rig.on(OperationCase.LIST_ACTIVITY, r -> {
      throw new IllegalStateException("a bug");
    });
    assertEquals(Reason.REASON_INTERNAL,
        refused(() -> rig.conversations().listConversations(ListConversationsRequest.getDefaultInstance())));
    assertEquals(0, rig.services.callsOpen());
  }

  @Test
  void a_status_without_a_reason_is_noticed() throws Exception {
    String name = "bare-" + System.identityHashCode(this);
    List<String> noticed = new CopyOnWriteArrayList<>();
    Server bare = InProcessServerBuilder.forName(name).directExecutor().addService(ServerInterceptors.intercept(
        new MessageServiceGrpc.MessageServiceImplBase() {}, new Conformance(noticed::add))).build().start();
    ManagedChannel to = InProcessChannelBuilder.forName(name).directExecutor().build();
    assertThrows(StatusRuntimeException.class,
        () -> MessageServiceGrpc.newBlockingStub(to).sendMessage(SendMessageRequest.getDefaultInstance()));
    to.shutdownNow();
    bare.shutdownNow();
    assertEquals(List.of("chasqui.message.v1.MessageService/SendMessage ended with UNIMPLEMENTED without a reason"), noticed);
  }
}
