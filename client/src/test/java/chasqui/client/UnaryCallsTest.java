package chasqui.client;

import static chasqui.client.ChasquiClient.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import chasqui.conversation.v1.AddMembersRequest;
import chasqui.conversation.v1.AddMembersResponse;
import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.error.v1.Reason;
import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Unary calls: token, retries, typed failures.
final class UnaryCallsTest {
  private static final Context.Key<String> TOKEN = Context.key("token");

  private final List<AddMembersRequest> requests = new CopyOnWriteArrayList<>();
  private final List<String> tokens = new CopyOnWriteArrayList<>();
  private final LinkedBlockingDeque<StatusRuntimeException> failures = new LinkedBlockingDeque<>();
  private ScriptedEdge edge;
  private ChasquiClient client;

  private final class Groups extends ConversationServiceGrpc.ConversationServiceImplBase {
    @Override
    public void addMembers(AddMembersRequest request, StreamObserver<AddMembersResponse> answer) {
      requests.add(request);
      tokens.add(TOKEN.get());
      var failure = failures.poll();
      if (failure != null) {
        answer.onError(failure);
        return;
      }
      answer.onNext(AddMembersResponse.newBuilder().setSeq(7).build());
      answer.onCompleted();
    }
  }

  private static final class ReadsToken implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      var header = headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
      return Contexts.interceptCall(Context.current().withValue(TOKEN, header), call, headers, next);
    }
  }

  @BeforeEach
  void start() {
    edge = new ScriptedEdge("unary-" + System.nanoTime(), () -> ServerInterceptors.intercept(new Groups(), new ReadsToken()));
    client = ChasquiClient.builder()
        .endpoints(edge.address())
        .channels(ScriptedEdge.channels())
        .token(fresh -> fresh ? "fresh" : "first")
        .deviceId("a1")
        .connect();
  }

  @AfterEach
  void stop() {
    client.close();
    edge.close();
  }

  private static StatusRuntimeException limited(long seconds) {
    return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
        .setCode(Status.Code.RESOURCE_EXHAUSTED.value())
        .addDetails(Any.pack(ErrorInfo.newBuilder().setDomain("chasqui").setReason("RATE_LIMITED").build()))
        .addDetails(Any.pack(RetryInfo.newBuilder()
            .setRetryDelay(com.google.protobuf.Duration.newBuilder().setSeconds(seconds)).build()))
        .build());
  }

  private static StatusRuntimeException failure(Status.Code code, String reason) {
    return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
        .setCode(code.value())
        .setMessage("no")
        .addDetails(Any.pack(
            ErrorInfo.newBuilder().setDomain("chasqui").setReason(reason).putMetadata("max", "100").build()))
        .build());
  }

  private long add() {
    return await(client.conversations().addMembers("c1", List.of("bob")));
  }

  @Test
  void the_token_rides_in_the_authorization_header() {
    assertEquals(7, add());
    assertEquals(List.of("Bearer first"), tokens);
  }

  @Test
  void a_server_that_is_away_for_a_moment_is_asked_again_with_the_same_id() {
    failures.add(Status.UNAVAILABLE.asRuntimeException());
    failures.add(failure(Status.Code.RESOURCE_EXHAUSTED, "OVERLOADED"));
    assertEquals(7, add());
    assertEquals(3, requests.size());
    assertEquals(requests.get(0), requests.get(2));
  }

  @Test
  void a_refused_token_is_replaced_once() {
    failures.add(failure(Status.Code.UNAUTHENTICATED, "UNAUTHENTICATED"));
    assertEquals(7, add());
    assertEquals(List.of("Bearer first", "Bearer fresh"), tokens);
  }

  @Test
  void a_refusal_is_typed_and_not_repeated() {
    failures.add(failure(Status.Code.FAILED_PRECONDITION, "CONVERSATION_FULL"));
    var refusal = assertThrows(ChasquiException.class, this::add);
    assertEquals(Reason.REASON_CONVERSATION_FULL, refusal.reason());
    assertEquals("100", refusal.metadata().get("max"));
    assertEquals(1, requests.size());
  }

  @Test
  void a_spent_budget_that_is_back_soon_is_waited_for() {
    failures.add(limited(0));
    assertEquals(7, add());
    assertEquals(2, requests.size());
  }

  @Test
  void a_budget_that_is_not_back_soon_is_told_with_the_time() {
    failures.add(limited(600));
    var refusal = assertThrows(ChasquiException.class, this::add);
    assertEquals(Reason.REASON_RATE_LIMITED, refusal.reason());
    assertEquals(Duration.ofMinutes(10), refusal.retryAfter());
    assertEquals(1, requests.size());
  }

  @Test
  void two_refused_tokens_are_enough() {
    failures.add(failure(Status.Code.UNAUTHENTICATED, "UNAUTHENTICATED"));
    failures.add(failure(Status.Code.UNAUTHENTICATED, "UNAUTHENTICATED"));
    assertEquals(Reason.REASON_UNAUTHENTICATED, assertThrows(ChasquiException.class, this::add).reason());
    assertEquals(2, requests.size());
  }
}
