package chasqui.drills.sim.mesh;

import chasqui.client.session.StreamEnd;
import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.ConversationServiceGrpc.ConversationServiceStub;
import chasqui.error.v1.Reason;
import chasqui.testkit.sim.SimNode;
import chasqui.testkit.sim.SimRandom;
import chasqui.testkit.sim.grpc.SimChannel;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.AbstractAsyncStub;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/// Calls the unary services for whomever it is told to, at any edge, again and again until there is an answer that stays.
public final class Clerk {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final long RETRY_MAX_NANOS = 2_000_000_000L;
  private static final long DEADLINE_SECONDS = 5;
  private static final long TOKEN_SECONDS = 600;

  /// A method of a service.
  @FunctionalInterface
  public interface Method<S, Q, A> {
    void call(S stub, Q request, StreamObserver<A> answer);
  }

  /// What is asked, and who is told what comes of it.
  private record Call<S extends AbstractAsyncStub<S>, Q, A>(
      String user, Function<Channel, S> service, Method<S, Q, A> method, Q request, Consumer<A> answered,
      Consumer<Reason> refused) {}

  private final Mesh mesh;
  private final SimNode node;
  private final SimRandom random;

  Clerk(Mesh mesh, SimNode node) {
    this.mesh = mesh;
    this.node = node;
    this.random = node.random().split("clerk");
    node.start(_ -> {});
  }

  /// Calls the service of conversations; nobody is told of a refusal.
  public <Q, A> void call(String user, Method<ConversationServiceStub, Q, A> method, Q request, Consumer<A> answered) {
    call(user, ConversationServiceGrpc::newStub, method, request, answered, _ -> {});
  }

  /// @param service makes the service's stub
  /// @param answered gets the answer
  /// @param refused gets the reason of a refusal that stays
  public <S extends AbstractAsyncStub<S>, Q, A> void call(
      String user, Function<Channel, S> service, Method<S, Q, A> method, Q request, Consumer<A> answered,
      Consumer<Reason> refused) {
    Call<S, Q, A> call = new Call<>(user, service, method, request, answered, refused);
    node.execute(() -> attempt(call));
  }

  private <S extends AbstractAsyncStub<S>, Q, A> void attempt(Call<S, Q, A> call) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + SimTokens.token(call.user(), mesh.latestClock(), TOKEN_SECONDS));
    SimChannel channel = new SimChannel(mesh.world().network(), node, random.pick(mesh.edges()));
    S stub = call.service().apply(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    call.method().call(stub, call.request(), new StreamObserver<>() {
      private A answer;

      @Override
      public void onNext(A given) {
        answer = given;
      }

      @Override
      public void onError(Throwable failure) {
        StreamEnd end = StreamEnds.read(Status.fromThrowable(failure), trailers(failure));
        if (passes(end)) {
          node.schedule(random.between(1_000_000, RETRY_MAX_NANOS), () -> attempt(call));
        } else {
          call.refused().accept(end.reason());
        }
      }

      @Override
      public void onCompleted() {
        call.answered().accept(answer);
      }
    });
  }

  private static Metadata trailers(Throwable failure) {
    Metadata trailers = Status.trailersFromThrowable(failure);
    return trailers == null ? new Metadata() : trailers;
  }

  private static boolean passes(StreamEnd end) {
    Reason reason = end.reason();
    return switch (reason) {
      case REASON_UNAVAILABLE, REASON_OVERLOADED, REASON_DEADLINE_EXCEEDED, REASON_OUTCOME_UNKNOWN, REASON_STORE_FULL,
          REASON_INTERNAL, REASON_UNAUTHENTICATED, REASON_TOKEN_EXPIRED -> true;
      default -> false;
    };
  }
}
