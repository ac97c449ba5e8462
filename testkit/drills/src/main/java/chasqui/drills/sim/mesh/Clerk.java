package chasqui.drills.sim.mesh;

import chasqui.client.session.StreamEnd;
import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.ConversationServiceGrpc.ConversationServiceStub;
import chasqui.error.v1.Reason;
import chasqui.testkit.sim.SimNode;
import chasqui.testkit.sim.SimRandom;
import chasqui.testkit.sim.grpc.SimChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Calls the unary services for whomever it is told to, at any edge, again and again until there is an answer that stays.
public final class Clerk {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final long RETRY_MAX_NANOS = 2_000_000_000L;
  private static final long DEADLINE_SECONDS = 5;
  private static final long TOKEN_SECONDS = 600;

  /// A method of the service.
  @FunctionalInterface
  public interface Method<Q, A> {
    void call(ConversationServiceStub stub, Q request, StreamObserver<A> answer);
  }

  private final Mesh mesh;
  private final SimNode node;
  private final SimRandom random;

  Clerk(Mesh mesh, SimNode node) {
    this.mesh = mesh;
    this.node = node;
    this.random = node.random().split("clerk");
    node.start(_ -> {});
  }

  /// @param answered gets the answer; nobody is told of a refusal
  public <Q, A> void call(String user, Method<Q, A> method, Q request, Consumer<A> answered) {
    node.execute(() -> attempt(user, method, request, answered));
  }

  private <Q, A> void attempt(String user, Method<Q, A> method, Q request, Consumer<A> answered) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + SimTokens.token(user, mesh.latestClock(), TOKEN_SECONDS));
    SimChannel channel = new SimChannel(mesh.world().network(), node, random.pick(mesh.edges()));
    ConversationServiceStub stub = ConversationServiceGrpc.newStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    method.call(stub, request, new StreamObserver<>() {
      private A answer;

      @Override
      public void onNext(A given) {
        answer = given;
      }

      @Override
      public void onError(Throwable failure) {
        if (passes(StreamEnds.read(Status.fromThrowable(failure), trailers(failure)))) {
          node.schedule(random.between(1_000_000, RETRY_MAX_NANOS), () -> attempt(user, method, request, answered));
        }
      }

      @Override
      public void onCompleted() {
        answered.accept(answer);
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
