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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Unary calls with the user's token. Every call of the API is repeatable, so what may help is tried again, for as long as
/// the application has patience. Calls ride on the stream's connection while there is one. Their futures complete on the
/// executor for what may block, so that whoever waits for one may wait for another there.
final class UnaryCalls {
  /// How long one attempt may take.
  static final long DEADLINE_MS = 10_000;

  private static final long RETRY_BASE_MS = 100;
  private static final int RETRY_DOUBLINGS_MAX = 6;
  private static final int ID_BYTES = 16;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final List<Endpoint> endpoints;
  private final ChannelSource channels;
  private final long patienceMs;
  private final Supplier<Optional<ManagedChannel>> streamChannel;
  private final Tokens tokens;
  private final Executor serial;
  private final Surroundings surroundings;

  /// Touched in the serial context only, as all below.
  private ManagedChannel own;

  private int endpoint;
  private boolean closed;

  /// Those that are not answered. Bounded by what the application asks for.
  private final Set<Call<?, ?>> open = new HashSet<>();

  /// @param streamChannel the connection of the newest stream; asked in the serial context
  UnaryCalls(
      ClientConfig config, Supplier<Optional<ManagedChannel>> streamChannel, Tokens tokens, Executor serial,
      Surroundings surroundings) {
    this.endpoints = config.endpoints();
    this.channels = config.channels();
    this.patienceMs = config.callPatience().toMillis();
    this.streamChannel = streamChannel;
    this.tokens = tokens;
    this.serial = serial;
    this.surroundings = surroundings;
  }

  <Q, R> CompletableFuture<R> call(MethodDescriptor<Q, R> method, Q request) {
    var call = new Call<>(method, request, surroundings.clock().millis() + patienceMs);
    serial.execute(() -> {
      open.add(call);
      if (closed) {
        failed(call, closed());
      } else {
        attempt(call, false);
      }
    });
    return call.result;
  }

  private static final class Call<Q, R> {
    final MethodDescriptor<Q, R> method;
    final Q request;
    final long untilMs;
    final CompletableFuture<R> result = new CompletableFuture<>();
    int attempts;

    Call(MethodDescriptor<Q, R> method, Q request, long untilMs) {
      this.method = method;
      this.request = request;
      this.untilMs = untilMs;
    }
  }

  private <Q, R> void attempt(Call<Q, R> call, boolean freshToken) {
    tokens.get(freshToken).whenComplete((token, failure) -> serial.execute(() -> {
      if (failure != null) {
        var cause = failure instanceof CompletionException ? failure.getCause() : failure;
        failed(call, refused(StreamEnd.of(Reason.REASON_UNAUTHENTICATED, "no token: " + cause.getMessage())));
      } else if (open.contains(call)) {
        start(call, token, freshToken);
      }
    }));
  }

  private <Q, R> void start(Call<Q, R> call, String token, boolean freshToken) {
    call.attempts++;
    var headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + token);
    var channel = ClientInterceptors.intercept(channel(), MetadataUtils.newAttachHeadersInterceptor(headers));
    var options = CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_MS, TimeUnit.MILLISECONDS);
    ClientCalls.asyncUnaryCall(channel.newCall(call.method, options), call.request, new StreamObserver<R>() {
      @Override
      public void onNext(R response) {
        serial.execute(() -> over(call, () -> call.result.complete(response)));
      }

      @Override
      public void onError(Throwable failure) {
        var end = Failures.read(Status.fromThrowable(failure), Status.trailersFromThrowable(failure));
        serial.execute(() -> again(call, end, freshToken));
      }

      @Override
      public void onCompleted() {}
    });
  }

  private <Q, R> void again(Call<Q, R> call, StreamEnd end, boolean freshToken) {
    boolean unauthenticated = switch (end.reason()) {
      case REASON_UNAUTHENTICATED, REASON_TOKEN_EXPIRED -> true;
      default -> false;
    };
    long delayMs = unauthenticated ? 0 : delayMs(call, end);
    boolean intime = surroundings.clock().millis() + delayMs <= call.untilMs;
    boolean retry = switch (end.reason()) {
      case REASON_UNAVAILABLE, REASON_OVERLOADED, REASON_OUTCOME_UNKNOWN, REASON_STORE_FULL, REASON_RATE_LIMITED -> intime;
      // It may have taken all the time there was.
      case REASON_DEADLINE_EXCEEDED -> intime || call.attempts < 2;
      default -> unauthenticated && !freshToken;
    };
    if (!retry) {
      failed(call, refused(end));
      return;
    }
    if (end.reason() == Reason.REASON_UNAVAILABLE) {
      elsewhere();
    }
    surroundings.scheduler().schedule(
        () -> serial.execute(() -> attempt(call, unauthenticated)), delayMs, TimeUnit.MILLISECONDS);
  }

  private long delayMs(Call<?, ?> call, StreamEnd end) {
    long spreadMs = RETRY_BASE_MS << Math.min(call.attempts, RETRY_DOUBLINGS_MAX);
    return Math.max(end.retryAfterMs(), surroundings.random().nextLong(spreadMs + 1));
  }

  private void failed(Call<?, ?> call, ChasquiException why) {
    over(call, () -> call.result.completeExceptionally(why));
  }

  private void over(Call<?, ?> call, Runnable told) {
    if (open.remove(call)) {
      surroundings.blocking().execute(told);
    }
  }

  private static ChasquiException refused(StreamEnd end) {
    return new ChasquiException(end);
  }

  private static ChasquiException closed() {
    return new ClientEndedException("the client was closed", true);
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
    letGo();
  }

  private void letGo() {
    if (own != null) {
      channels.release(own);
      own = null;
    }
  }

  /// Fails what is not answered and lets go of the connection; in the serial context.
  void close() {
    closed = true;
    List.copyOf(open).forEach(call -> failed(call, closed()));
    letGo();
  }

  /// An id that makes a change repeatable.
  ByteString freshId() {
    var bytes = new byte[ID_BYTES];
    surroundings.random().nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }
}
