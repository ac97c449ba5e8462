package chasqui.edge.unary;

import chasqui.edge.TokenVerifier;
import chasqui.edge.budget.Budgets;
import chasqui.edge.session.RouterPort.Taken;
import chasqui.edge.session.SchemaCheck;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.Caller;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Refusal;
import chasqui.trace.v1.TraceDeliveryRequest;
import chasqui.trace.v1.TraceDeliveryResponse;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/// The unary services, with authentication and validation in front.
public final class UnaryServices {

  // Whoever can ask for it administers the node.
  private static final Caller OPERATOR = Caller.newBuilder().setUserId("operator").build();

  private final Calls calls;
  private final SignOuts signOuts;
  private final TokenVerifier tokens;
  private final InstantSource clock;
  private final Validation validation;
  private final List<BindableService> all;
  private final Requests requests;
  private final TraceDesk traces;

  /// @param schema holds requests against the limits of the schema
  /// @param limits see {@link Limits}
  /// @param ways to others than owners
  public UnaryServices(
      Requests requests, TokenVerifier tokens, SchemaCheck schema, Times times, Budgets budgets, Limits limits,
      Ways ways) {
    this.requests = requests;
    signOuts = new SignOuts(times.wall());
    calls = new Calls(requests, signOuts, budgets, times.millis(), limits);
    this.tokens = tokens;
    this.clock = times.wall();
    validation = new Validation(schema);
    all = List.of(
        new ConversationRpc(calls, clock), new HistoryRpc(calls), new MessageRpc(calls, limits.messageBytesMax()),
        new DeviceRpc(calls), new PresenceRpc(calls, ways.looks()));
    traces = new TraceDesk(ways.traces(), clock);
  }

  /// @param looks asks who is online
  /// @param traces asks what became of an entry
  public record Ways(PresenceLooks looks, TraceQueries traces) {}

  /// @param wall for sign-outs
  /// @param millis for budgets; only goes forward, the clock of the sessions
  public record Times(InstantSource wall, LongSupplier millis) {}

  /// @param callsMax calls under way at a time, whose answers the peer has not taken among them; beyond: `OVERLOADED`
  /// @param messageBytesMax encoded bytes of one message; beyond: `TOO_LARGE`
  /// @param answerBytesMax bytes of answers that peers have not taken; beyond, reads are `OVERLOADED`. What fits a small heap
  /// @param userAnswerBytesMax the same of one user: eight pages of history at once
  public record Limits(int callsMax, int messageBytesMax, long answerBytesMax, long userAnswerBytesMax) {
    public static final long ANSWER_BYTES = 64 << 20;
    public static final long USER_ANSWER_BYTES = 8 << 20;

    public Limits(int callsMax, int messageBytesMax) {
      this(callsMax, messageBytesMax, ANSWER_BYTES, USER_ANSWER_BYTES);
    }
  }

  /// For clients, who come with a token.
  public List<ServerServiceDefinition> services() {
    return behind(new Authentication(tokens), all);
  }

  /// For internal services, who come with a certificate. Only for a port where TLS asks for one.
  ///
  /// @throws IllegalArgumentException if something is granted that is not here
  public List<ServerServiceDefinition> services(ServiceGrants grants) {
    List<BindableService> forServices = new ArrayList<>(all);
    forServices.add(new TraceRpc(calls, traces));
    List<ServerServiceDefinition> services = behind(new ServiceAuthentication(grants, clock), forServices);
    List<String> unknown = grants.withoutMeaning(services.stream()
        .flatMap(service -> service.getMethods().stream())
        .map(method -> method.getMethodDescriptor().getFullMethodName())
        .collect(Collectors.toSet()));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("there is no RPC " + String.join(", ", unknown));
    }
    return services;
  }

  /// Traces an entry for an operator of this node.
  ///
  /// @param then told the report, or why there is none; on a thread that must not be blocked
  public void trace(TraceDeliveryRequest request, BiConsumer<TraceDeliveryResponse, Refusal> then) {
    traces.trace(request, (asked, answered) -> ask(asked, answered, then), report -> then.accept(report, null));
  }

  private void ask(
      MailboxRequest.Builder asked, Consumer<MailboxResponse> answered, BiConsumer<TraceDeliveryResponse, Refusal> then) {
    Taken taken = requests.request(asked.setCaller(OPERATOR), response -> {
      if (response.hasRefusal()) {
        then.accept(null, response.getRefusal());
      } else {
        answered.accept(response);
      }
    });
    if (taken != Taken.TAKEN) {
      then.accept(null, Refusal.newBuilder().setReason(Reason.REASON_UNAVAILABLE).setMessage("no router takes it").build());
    }
  }

  private List<ServerServiceDefinition> behind(ServerInterceptor authentication, List<BindableService> services) {
    return services.stream().map(service -> ServerInterceptors.interceptForward(service, authentication, validation)).toList();
  }

  /// Calls under way; never above `callsMax`.
  public int callsOpen() {
    return calls.open();
  }

  /// Bytes of answers that peers have not taken.
  public long answerBytes() {
    return calls.answerBytes();
  }

  /// A sign-out was stored.
  ///
  /// @param deviceId the device, or empty for all: unary callers name no device, so only that concerns them
  public void revoked(String userId, String deviceId, long revokedMicros) {
    if (deviceId.isEmpty()) {
      signOuts.revoked(userId, revokedMicros);
    }
  }
}
