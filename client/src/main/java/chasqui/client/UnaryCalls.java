package chasqui.client;

import chasqui.client.session.StreamEnd;
import chasqui.error.v1.Reason;
import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Unary calls with the user's token. Every call of the API is repeatable, so what may help is tried again, a bounded
/// number of times. Calls ride on the stream's connection while there is one.
final class UnaryCalls {
  private static final int ATTEMPTS_MAX = 6;
  private static final long DEADLINE_MS = 10_000;
  private static final long RETRY_BASE_MS = 100;
  private static final int ID_BYTES = 16;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final List<Endpoint> endpoints;
  private final ChannelSource channels;
  private final Supplier<Optional<ManagedChannel>> streamChannel;
  private final Tokens tokens;
  private final Executor serial;
  private final ScheduledExecutorService scheduler;
  private final RandomGenerator random;

  /// Touched in the serial context only.
  private ManagedChannel own;

  private int endpoint;

  /// @param streamChannel the connection of the newest stream; asked in the serial context
  UnaryCalls(
      List<Endpoint> endpoints,
      ChannelSource channels,
      Supplier<Optional<ManagedChannel>> streamChannel,
      Tokens tokens,
      Executor serial,
      ScheduledExecutorService scheduler,
      RandomGenerator random) {
    this.endpoints = endpoints;
    this.channels = channels;
    this.streamChannel = streamChannel;
    this.tokens = tokens;
    this.serial = serial;
    this.scheduler = scheduler;
    this.random = random;
  }

  <Q, R> CompletableFuture<R> call(MethodDescriptor<Q, R> method, Q request) {
    var result = new CompletableFuture<R>();
    attempt(new Attempt<>(method, request, result), 0, false);
    return result;
  }

  private record Attempt<Q, R>(MethodDescriptor<Q, R> method, Q request, CompletableFuture<R> result) {}

  private <Q, R> void attempt(Attempt<Q, R> call, int before, boolean freshToken) {
    tokens.get(freshToken).whenComplete((token, failure) -> {
      if (failure != null) {
        var cause = failure instanceof CompletionException ? failure.getCause() : failure;
        failed(call, StreamEnd.of(Reason.REASON_UNAUTHENTICATED, "no token: " + cause.getMessage()));
      } else {
        serial.execute(() -> start(call, before, token));
      }
    });
  }

  private <Q, R> void start(Attempt<Q, R> call, int before, String token) {
    var headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + token);
    var channel = ClientInterceptors.intercept(channel(), MetadataUtils.newAttachHeadersInterceptor(headers));
    var options = CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_MS, TimeUnit.MILLISECONDS);
    ClientCalls.asyncUnaryCall(channel.newCall(call.method, options), call.request, new StreamObserver<R>() {
      @Override
      public void onNext(R response) {
        call.result.complete(response);
      }

      @Override
      public void onError(Throwable failure) {
        var end = Failures.read(Status.fromThrowable(failure), Status.trailersFromThrowable(failure));
        serial.execute(() -> again(call, before + 1, end));
      }

      @Override
      public void onCompleted() {}
    });
  }

  private <Q, R> void again(Attempt<Q, R> call, int attempts, StreamEnd end) {
    boolean unauthenticated = end.reason() == Reason.REASON_UNAUTHENTICATED;
    boolean retry = switch (end.reason()) {
      case REASON_UNAVAILABLE, REASON_OVERLOADED, REASON_OUTCOME_UNKNOWN, REASON_STORE_FULL -> attempts < ATTEMPTS_MAX;
      // A person does not wait for longer than a call may take.
      case REASON_RATE_LIMITED -> attempts < ATTEMPTS_MAX && end.retryAfterMs() <= DEADLINE_MS;
      case REASON_UNAUTHENTICATED, REASON_DEADLINE_EXCEEDED, REASON_TOKEN_EXPIRED -> attempts < 2;
      default -> false;
    };
    if (!retry) {
      failed(call, end);
      return;
    }
    if (end.reason() == Reason.REASON_UNAVAILABLE) {
      elsewhere();
    }
    long delayMs = unauthenticated
        ? 0
        : Math.max(end.retryAfterMs(), random.nextLong((RETRY_BASE_MS << attempts) + 1));
    scheduler.schedule(() -> attempt(call, attempts, unauthenticated), delayMs, TimeUnit.MILLISECONDS);
  }

  private static <R> void failed(Attempt<?, R> call, StreamEnd end) {
    call.result.completeExceptionally(new ChasquiException(end));
  }

  private ManagedChannel channel() {
    return streamChannel.get().orElseGet(() -> {
      if (own == null) {
        own = channels.open(endpoints.get(endpoint));
      }
      return own;
    });
  }

  private void elsewhere() {
    endpoint = (endpoint + 1) % endpoints.size();
    close();
  }

  /// Lets go of the connection; in the serial context.
  void close() {
    if (own != null) {
      channels.release(own);
      own = null;
    }
  }

  /// An id that makes a change repeatable.
  ByteString freshId() {
    var bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }
}
