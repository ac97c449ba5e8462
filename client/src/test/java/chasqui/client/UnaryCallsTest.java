package chasqui.client;

import static chasqui.client.ChasquiClient.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import io.grpc.SynchronizationContext;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Unary calls: token, retries, typed failures.
final class UnaryCallsTest {
  private static final Context.Key<String> TOKEN = Context.key("token");

  private final List<AddMembersRequest> requests = new CopyOnWriteArrayList<>();
  private final List<String> tokens = new CopyOnWriteArrayList<>();
  private final LinkedBlockingDeque<StatusRuntimeException> failures = new LinkedBlockingDeque<>();
  private final Semaphore asked = new Semaphore(0);
  private ScriptedEdge edge;
  private ChasquiClient client;

  private final class Groups extends ConversationServiceGrpc.ConversationServiceImplBase {
    @Override
    public void addMembers(AddMembersRequest request, StreamObserver<AddMembersResponse> answer) {
      requests.add(request);
      tokens.add(TOKEN.get());
      asked.release();
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
    client = connect(Duration.ofSeconds(10));
  }

  private ChasquiClient connect(Duration patience) {
    return ChasquiClient.builder()
        .endpoints(edge.address())
        .channels(ScriptedEdge.channels())
        .token(fresh -> fresh ? "fresh" : "first")
        .deviceId("a1")
        .callPatience(patience)
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

  @Test
  void a_server_that_is_away_for_longer_than_there_is_patience_is_told() {
    client.close();
    client = connect(Duration.ZERO);
    failures.add(Status.UNAVAILABLE.asRuntimeException());
    assertEquals(Reason.REASON_UNAVAILABLE, assertThrows(ChasquiException.class, this::add).reason());
    assertEquals(1, requests.size());
  }

  @Test
  void with_patience_a_call_is_tried_until_it_is_answered() {
    for (int i = 0; i < 12; i++) {
      failures.add(failure(Status.Code.RESOURCE_EXHAUSTED, "OVERLOADED"));
    }
    try (var time = new Hastened()) {
      var calls = new UnaryCalls(
          new ClientConfig(null, List.of(Endpoint.parse(edge.address())), ScriptedEdge.channels(), null, null, null, null,
              Duration.ofDays(1)),
          Optional::empty, new Tokens(_ -> "first", Runnable::run), new SynchronizationContext((_, failure) -> {
            throw new AssertionError(failure);
          }), time.surroundings());
      assertEquals(7, await(new Conversations(calls).addMembers("c1", List.of("bob"))));
      assertEquals(13, requests.size());
      assertTrue(time.passed().compareTo(Duration.ofSeconds(10)) > 0, "longer than it is tried by default: " + time.passed());
      calls.close();
    }
  }

  /// Time that is over at once wherever somebody waits for it.
  private static final class Hastened extends ScheduledThreadPoolExecutor {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private final AtomicLong passedMs = new AtomicLong();

    Hastened() {
      super(1);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      passedMs.addAndGet(unit.toMillis(delay));
      return super.schedule(task, 0, unit);
    }

    Duration passed() {
      return Duration.ofMillis(passedMs.get());
    }

    Surroundings surroundings() {
      return new Surroundings(() -> BEGIN.plus(passed()), new Random(1), this, Runnable::run, Runnable::run);
    }
  }

  @Test
  void the_end_of_the_client_ends_calls_that_wait_for_their_turn() throws Exception {
    failures.add(limited(5));
    var added = client.conversations().addMembers("c1", List.of("bob"));
    assertTrue(asked.tryAcquire(20, TimeUnit.SECONDS));
    client.close();
    assertInstanceOf(ClientEndedException.class, assertThrows(ChasquiException.class, () -> await(added)));
    assertInstanceOf(ClientEndedException.class, assertThrows(ChasquiException.class, this::add));
  }

  /// Whoever waits within a callback waits for a thread that may wait.
  @Test
  void a_callback_may_wait_for_another_answer() throws Exception {
    failures.add(failure(Status.Code.FAILED_PRECONDITION, "CONVERSATION_FULL"));
    var after = client.conversations().addMembers("c1", List.of("bob")).handle((_, refused) -> refused != null && add() == 7)
        .thenApply(both -> both && add() == 7);
    assertTrue(after.get(20, TimeUnit.SECONDS));
  }
}
