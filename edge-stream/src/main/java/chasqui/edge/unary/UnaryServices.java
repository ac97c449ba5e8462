package chasqui.edge.unary;

import chasqui.edge.TokenVerifier;
import chasqui.edge.budget.Budgets;
import chasqui.edge.session.SchemaCheck;
import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/// The unary services, with authentication and validation in front.
public final class UnaryServices {

  private final Calls calls;
  private final SignOuts signOuts;
  private final List<ServerServiceDefinition> services;

  /// @param schema holds requests against the limits of the schema
  /// @param limits see {@link Limits}
  public UnaryServices(
      Requests requests, TokenVerifier tokens, SchemaCheck schema, Times times, Budgets budgets, Limits limits) {
    signOuts = new SignOuts(times.wall());
    calls = new Calls(requests, signOuts, budgets, times.millis(), limits.callsMax());
    Authentication authentication = new Authentication(tokens);
    Validation validation = new Validation(schema);
    Stream<BindableService> all = Stream.of(
        new ConversationRpc(calls, times.wall()), new HistoryRpc(calls), new MessageRpc(calls, limits.messageBytesMax()),
        new DeviceRpc(calls));
    services = all.map(service -> ServerInterceptors.interceptForward(service, authentication, validation)).toList();
  }

  /// @param wall for sign-outs
  /// @param millis for budgets; only goes forward, the clock of the sessions
  public record Times(InstantSource wall, LongSupplier millis) {}

  /// @param callsMax calls under way at a time; beyond: `OVERLOADED`
  /// @param messageBytesMax encoded bytes of one message; beyond: `TOO_LARGE`
  public record Limits(int callsMax, int messageBytesMax) {}

  public List<ServerServiceDefinition> services() {
    return services;
  }

  /// Calls under way; never above `callsMax`.
  public int callsOpen() {
    return calls.open();
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
