package chasqui.edge.unary;

import static chasqui.edge.unary.UnaryRig.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.CreateDirectRequest;
import chasqui.conversation.v1.GetConversationRequest;
import chasqui.conversation.v1.ListConversationsRequest;
import chasqui.conversation.v1.ListConversationsResponse;
import chasqui.edge.budget.BudgetLimits;
import chasqui.error.v1.Reason;
import chasqui.link.Rate;
import chasqui.mailbox.v1.Activity;
import chasqui.mailbox.v1.ActivityRead;
import chasqui.mailbox.v1.Appended;
import chasqui.mailbox.v1.MailboxRequest.OperationCase;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Moved;
import chasqui.mailbox.v1.TimeSpan;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.RetryInfo;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Budgets of unary callers.
class CallBudgetTest {

  private static final Rate PLENTY = new Rate(60_000, 1_000);
  private static final Rate TWO = new Rate(60, 2);

  private UnaryRig rig;

  private void rig(Rate sends, Rate calls, Rate creations, Rate contacts, Rate misses) {
    rig = new UnaryRig(new BudgetLimits(PLENTY, sends, 10, calls, creations, contacts, misses, 2, 10));
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  /// How long the refusal says to wait; it must be one of a budget.
  private static Duration limited(Runnable call) {
    StatusRuntimeException failure = assertThrows(StatusRuntimeException.class, call::run);
    assertEquals(Reason.REASON_RATE_LIMITED, UnaryRig.refused(() -> {
      throw failure;
    }));
    try {
      for (Any detail : StatusProto.fromThrowable(failure).getDetailsList()) {
        if (detail.is(RetryInfo.class)) {
          var delay = detail.unpack(RetryInfo.class).getRetryDelay();
          return Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
        }
      }
    } catch (InvalidProtocolBufferException damaged) {
      throw new AssertionError(damaged);
    }
    throw new AssertionError("no RetryInfo in " + failure);
  }

  private void createDirect(String peer) {
    var _ = rig.conversations().createDirect(CreateDirectRequest.newBuilder().setPeerUserId(peer).build());
  }

  private void get(String id) {
    var _ = rig.conversations().getConversation(GetConversationRequest.newBuilder().setConversationId(id).build());
  }

  private void ownerAppends(boolean repeated, int members) {
    rig.on(OperationCase.APPEND, r -> MailboxResponse.newBuilder().setAppended(
        Appended.newBuilder().setSeq(7).setRepeated(repeated).setMemberCount(members)).build());
  }

  @Test
  void calls_beyond_the_budget_are_told_when_to_come_again() {
    rig(PLENTY, TWO, PLENTY, PLENTY, PLENTY);
    get("c");
    get("c");
    assertEquals(Duration.ofSeconds(1), limited(() -> get("c")));
    rig.now = rig.now.plusSeconds(1);
    get("c");
  }

  @Test
  void a_send_is_paid_for_by_the_members_it_reaches() {
    rig(TWO, PLENTY, PLENTY, PLENTY, PLENTY);
    ownerAppends(false, 100);
    var _ = rig.send("to a hundred");
    assertEquals(Duration.ofSeconds(9), limited(() -> {
      var _ = rig.send("again");
    }));
    assertEquals(1, rig.asked(OperationCase.APPEND).size());
  }

  @Test
  void new_conversations_are_few_but_those_that_are_there_are_given() {
    rig(PLENTY, PLENTY, TWO, PLENTY, PLENTY);
    createDirect("bob");
    createDirect("carol");
    createDirect("bob");
    rig.on(OperationCase.DESCRIBE_CONVERSATION, r -> refusal(Reason.REASON_NOT_FOUND));
    assertEquals(Duration.ofSeconds(1), limited(() -> createDirect("dave")));
    assertEquals(2, rig.asked(OperationCase.APPEND).size());
  }

  @Test
  void finding_a_conversation_again_costs_nothing() {
    rig(PLENTY, PLENTY, TWO, TWO, PLENTY);
    ownerAppends(true, 0);
    for (int i = 0; i < 10; i++) {
      createDirect("bob");
    }
    assertEquals(10, rig.asked(OperationCase.APPEND).size());
  }

  @Test
  void one_user_is_not_begun_with_by_everybody_at_once() {
    rig(PLENTY, PLENTY, PLENTY, TWO, PLENTY);
    createDirect("victim");
    createDirect("victim");
    rig.on(OperationCase.DESCRIBE_CONVERSATION, r -> refusal(Reason.REASON_NOT_FOUND));
    assertEquals(Duration.ofSeconds(1), limited(() -> createDirect("victim")));
    rig.on(OperationCase.DESCRIBE_CONVERSATION, r -> UnaryRig.described("derived"));
    createDirect("somebody else");
    rig.now = rig.now.plusSeconds(1);
    createDirect("victim");
  }

  private void ownerLists(int conversations) {
    rig.on(OperationCase.LIST_ACTIVITY, r -> {
      TimeSpan today = TimeSpan.newBuilder().setDay((int) (rig.now.getEpochSecond() / 86_400)).build();
      Moved.Builder moved = Moved.newBuilder().setSpan(today);
      for (int i = 0; i < conversations; i++) {
        moved.addConversationIds("c" + (1_000 + i));
      }
      return MailboxResponse.newBuilder().setActivity(Activity.newBuilder().addSpans(moved)).build();
    });
    rig.on(OperationCase.READ_ACTIVITY, r -> MailboxResponse.newBuilder()
        .setActivityRead(ActivityRead.newBuilder().setStampMicros(rig.now.toEpochMilli() * 1000)).build());
  }

  private ListenableFuture<ListConversationsResponse> list(int pageSize) {
    return ConversationServiceGrpc.newFutureStub(rig.as("Bearer alice@100"))
        .listConversations(ListConversationsRequest.newBuilder().setPageSize(pageSize).build());
  }

  @Test
  void a_list_is_paid_for_by_what_is_looked_at() throws Exception {
    rig(PLENTY, TWO, PLENTY, PLENTY, PLENTY);
    ownerLists(300);
    assertEquals(100, list(100).get().getConversationsCount());
    // One call, and ten for 400 questions; one has to be there again.
    assertEquals(Duration.ofSeconds(10), limited(() -> get("c")));
  }

  @Test
  void two_lists_of_a_user_are_under_way_and_what_is_given_up_goes_no_further() {
    rig(PLENTY, PLENTY, PLENTY, PLENTY, PLENTY);
    ownerLists(300);
    rig.on(OperationCase.READ_ACTIVITY, r -> null);
    var first = list(100);
    var second = list(100);
    int asked = rig.asked.size();
    Duration pause = limited(() -> {
      var _ = rig.conversations().listConversations(ListConversationsRequest.getDefaultInstance());
    });
    assertTrue(pause.isPositive());
    assertEquals(asked, rig.asked.size());
    first.cancel(true);
    second.cancel(true);
    List.copyOf(rig.unanswered).forEach(answer -> answer.accept(MailboxResponse.newBuilder()
        .setActivityRead(ActivityRead.newBuilder().setStampMicros(1)).build()));
    assertEquals(asked, rig.asked.size(), "nobody waits for it");
    assertEquals(0, rig.services.callsOpen());
    ownerLists(1);
    assertEquals(1, rig.conversations().listConversations(ListConversationsRequest.getDefaultInstance()).getConversationsCount());
  }

  @Test
  void who_creates_nothing_takes_nothing_from_the_peer() {
    rig(TWO, PLENTY, TWO, TWO, PLENTY);
    for (Reason reason : List.of(Reason.REASON_OVERLOADED, Reason.REASON_UNAVAILABLE)) {
      rig.on(OperationCase.APPEND, r -> refusal(reason));
      assertEquals(reason, UnaryRig.refused(() -> createDirect("victim")));
    }
    // No sends are left now: what is new is refused by that, and what is there is given.
    createDirect("victim");
    rig.on(OperationCase.DESCRIBE_CONVERSATION, r -> refusal(Reason.REASON_NOT_FOUND));
    for (int i = 0; i < 5; i++) {
      assertEquals(Duration.ofSeconds(1), limited(() -> createDirect("victim")));
    }
    rig.on(OperationCase.DESCRIBE_CONVERSATION, r -> UnaryRig.described("derived"));
    ownerAppends(false, 2);
    var bob = ConversationServiceGrpc.newBlockingStub(rig.as("Bearer bob@100"));
    for (int i = 0; i < 2; i++) {
      var _ = bob.createDirect(CreateDirectRequest.newBuilder().setPeerUserId("victim").build());
    }
    assertEquals(4, rig.asked(OperationCase.APPEND).size());
    rig.now = rig.now.plusSeconds(60);
    createDirect("somebody else");
    createDirect("another one");
  }

  @Test
  void a_creation_whose_outcome_is_not_known_is_paid_for() {
    rig(PLENTY, PLENTY, TWO, PLENTY, PLENTY);
    rig.on(OperationCase.APPEND, r -> refusal(Reason.REASON_OUTCOME_UNKNOWN));
    assertEquals(Reason.REASON_OUTCOME_UNKNOWN, UnaryRig.refused(() -> createDirect("bob")));
    assertEquals(Reason.REASON_OUTCOME_UNKNOWN, UnaryRig.refused(() -> createDirect("bob")));
    rig.on(OperationCase.DESCRIBE_CONVERSATION, r -> refusal(Reason.REASON_NOT_FOUND));
    assertEquals(Duration.ofSeconds(1), limited(() -> createDirect("bob")));
  }

  @Test
  void after_too_many_unknown_ids_none_is_looked_up() {
    rig(PLENTY, PLENTY, PLENTY, PLENTY, TWO);
    rig.on(OperationCase.DESCRIBE_CONVERSATION, r -> refusal(Reason.REASON_NOT_FOUND));
    assertEquals(Reason.REASON_NOT_FOUND, UnaryRig.refused(() -> get("guess 1")));
    assertEquals(Reason.REASON_NOT_FOUND, UnaryRig.refused(() -> get("guess 2")));
    int asked = rig.asked.size();
    assertEquals(Duration.ofSeconds(1), limited(() -> get("guess 3")));
    assertEquals(asked, rig.asked.size(), "so the answer cannot tell whether it is there");
    rig.on(OperationCase.DESCRIBE_CONVERSATION, r -> UnaryRig.described("derived"));
    createDirect("somebody, which is no guess");
    rig.on(OperationCase.DESCRIBE_CONVERSATION, r -> refusal(Reason.REASON_NOT_FOUND));
    rig.now = rig.now.plusSeconds(1);
    assertEquals(Reason.REASON_NOT_FOUND, UnaryRig.refused(() -> get("guess 3")));
  }

  @Test
  void no_call_that_names_a_conversation_looks_it_up_then() {
    rig(PLENTY, PLENTY, PLENTY, PLENTY, TWO);
    rig.on(OperationCase.DESCRIBE_CONVERSATION, r -> refusal(Reason.REASON_NOT_FOUND));
    assertEquals(Reason.REASON_NOT_FOUND, UnaryRig.refused(() -> get("guess 1")));
    assertEquals(Reason.REASON_NOT_FOUND, UnaryRig.refused(() -> get("guess 2")));
    int asked = rig.asked.size();
    Set<String> refused = new TreeSet<>();
    rig.services.services().forEach(service -> service.getMethods().forEach(method -> {
      MethodDescriptor<?, ?> descriptor = method.getMethodDescriptor();
      Message request = (Message) ((MethodDescriptor.PrototypeMarshaller<?>) descriptor.getRequestMarshaller()).getMessagePrototype();
      if (request.getDescriptorForType().findFieldByName("conversation_id") != null) {
        refused.add(descriptor.getBareMethodName());
        limited(() -> call(descriptor, lawful(request)));
      }
    }));
    assertEquals(asked, rig.asked.size(), refused.toString());
    assertTrue(refused.size() >= 10 && refused.contains("MarkRead"), refused.toString());
  }

  @SuppressWarnings("unchecked")
  private <Q> void call(MethodDescriptor<?, ?> method, Q request) {
    var _ = ClientCalls.blockingUnaryCall(
        rig.as("Bearer alice@100"), (MethodDescriptor<Q, Object>) method, CallOptions.DEFAULT, request);
  }

  /// With something in every field, of several alternatives in one.
  private static Message lawful(Message prototype) {
    Message.Builder request = prototype.toBuilder();
    for (FieldDescriptor field : prototype.getDescriptorForType().getFields()) {
      if (field.getContainingOneof() == null || !request.hasOneof(field.getContainingOneof())) {
        Object value = switch (field.getJavaType()) {
          case STRING -> "x";
          case BYTE_STRING -> UnaryRig.ID;
          case LONG -> 1L;
          case INT -> 1;
          case BOOLEAN -> true;
          case ENUM -> field.getEnumType().findValueByNumber(1);
          case MESSAGE -> lawful(request.newBuilderForField(field).build());
          case FLOAT, DOUBLE -> throw new AssertionError(field);
        };
        if (field.isRepeated()) {
          request.addRepeatedField(field, value);
        } else {
          request.setField(field, value);
        }
      }
    }
    return request.build();
  }
}
