package chasqui.edge.session;

import chasqui.edge.TokenVerifier;
import chasqui.edge.budget.Spent;
import chasqui.edge.v1.Hello;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.Caller;
import chasqui.mailbox.v1.DeviceRegistered;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Refusal;
import chasqui.mailbox.v1.RegisterDevice;
import chasqui.registry.v1.Announced;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/// From `Hello` to a session that stands: the token, then the registry's confirmation, then the device's row. Only after
/// the confirmation is anything of the mailbox read, so no push can fall between.
final class Handshake {

  static final int PROTOCOL_VERSION = 1;
  private static final int USER_BYTES_MAX = 64;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /// What comes of it.
  interface Outcome {
    void stands(DeviceRegistered device, long nowMillis);

    void fails(StreamEnd end, long nowMillis);
  }

  private final SessionContext session;
  private final RegistryPort registry;
  private final long sessionId;
  private final Outcome outcome;
  private RegistryPort.Card card;
  private TokenVerifier.Identity identity;
  private String deviceName = "";

  Handshake(SessionContext session, RegistryPort registry, long sessionId, Outcome outcome) {
    this.session = session;
    this.registry = registry;
    this.sessionId = sessionId;
    this.outcome = outcome;
  }

  /// @param violation what the schema's limits say against the frame, or null
  void hello(Hello hello, String violation, long nowMillis) {
    if (violation == null && !isDeviceId(hello.getDeviceId())) {
      violation = "hello.device_id: expected 1 to 64 of A-Z a-z 0-9 . _ -";
    }
    if (violation != null) {
      outcome.fails(new StreamEnd(
          Reason.REASON_INVALID_FIELD, violation, Map.of("field", violation.split(":", 2)[0]), Duration.ZERO), nowMillis);
      return;
    }
    if (hello.getProtocolVersion() != PROTOCOL_VERSION) {
      outcome.fails(new StreamEnd(
          Reason.REASON_PROTOCOL_VERSION_UNSUPPORTED, "protocol version " + hello.getProtocolVersion() + " is not spoken here",
          Map.of("supported", Integer.toString(PROTOCOL_VERSION)), Duration.ZERO), nowMillis);
      return;
    }
    switch (session.shared.tokens().verify(hello.getToken())) {
      case TokenVerifier.Identity known when isUserId(known.user()) -> pay(hello, known, nowMillis);
      case TokenVerifier.Identity unusable -> outcome.fails(unauthenticated(), nowMillis);
      case TokenVerifier.Refused refused -> outcome.fails(unauthenticated(), nowMillis);
    }
  }

  static StreamEnd unauthenticated() {
    return StreamEnd.of(Reason.REASON_UNAUTHENTICATED, "the token is not good");
  }

  /// Asks whether the device is known and welcome; registers it if it is new.
  RouterPort.Taken register(RouterPort.Answer answer) {
    return session.ask(
        MailboxRequest.newBuilder()
            .setRegisterDevice(RegisterDevice.newBuilder()
                .setTokenIssuedSeconds(identity.issuedSeconds())
                .setDeviceName(deviceName)),
        answer);
  }

  /// Leaves the registry, if it was ever told.
  void withdraw() {
    if (card != null) {
      registry.withdraw(card);
    }
  }

  /// Who the session is; null before the token was found good.
  RegistryPort.Card card() {
    return card;
  }

  TokenVerifier.Identity identity() {
    return identity;
  }

  /// A fresh token of the same user; false where it is not.
  boolean refreshed(TokenVerifier.Verdict verdict) {
    if (verdict instanceof TokenVerifier.Identity fresh && fresh.user().equals(identity.user())) {
      identity = fresh;
      return true;
    }
    return false;
  }

  /// Whose token is good pays for the stream, before anybody is asked.
  private void pay(Hello hello, TokenVerifier.Identity known, long nowMillis) {
    Spent spent = session.shared.budgets().connect(known.user(), nowMillis);
    if (spent == null) {
      announce(hello, known);
    } else {
      outcome.fails(
          StreamEnd.retry(Reason.REASON_RATE_LIMITED, spent.budget().words(), Duration.ofMillis(spent.pauseMillis())), nowMillis);
    }
  }

  private void announce(Hello hello, TokenVerifier.Identity known) {
    identity = known;
    deviceName = hello.getClientName();
    session.caller(Caller.newBuilder().setUserId(known.user()).setDeviceId(hello.getDeviceId()).build());
    card = new RegistryPort.Card(known.user(), hello.getDeviceId(), sessionId, hello.getConnectNumber());
    registry.announce(card, (announced, now) -> {
      if (!session.isOver()) {
        announced(announced, now);
      }
    });
  }

  private void announced(Announced announced, long nowMillis) {
    switch (announced.getRefused()) {
      case REASON_UNSPECIFIED -> {
        if (register(this::registered) != RouterPort.Taken.TAKEN) {
          outcome.fails(unavailable("no router is reachable"), nowMillis);
        }
      }
      case REASON_STALE_CONNECT_NUMBER -> outcome.fails(new StreamEnd(
          Reason.REASON_STALE_CONNECT_NUMBER, "the connect number is not above the highest known",
          Map.of("highest", Long.toUnsignedString(announced.getHighestConnectNumber())), Duration.ZERO), nowMillis);
      case REASON_DEVICE_CAP ->
          outcome.fails(StreamEnd.of(Reason.REASON_DEVICE_CAP, "as many devices are online as may be"), nowMillis);
      default -> outcome.fails(unavailable("the session registry did not answer"), nowMillis);
    }
  }

  private void registered(MailboxResponse response, long nowMillis) {
    if (response.getOutcomeCase() == MailboxResponse.OutcomeCase.DEVICE_REGISTERED) {
      outcome.stands(response.getDeviceRegistered(), nowMillis);
      return;
    }
    Refusal refusal = response.getRefusal();
    outcome.fails(
        Refusals.isPassing(response)
            ? unavailable(refusal.getMessage())
            : new StreamEnd(refusal.getReason(), refusal.getMessage(), refusal.getMetadataMap(), Duration.ZERO),
        nowMillis);
  }

  private static StreamEnd unavailable(String message) {
    return StreamEnd.retry(Reason.REASON_UNAVAILABLE, message, RETRY_AFTER);
  }

  private static boolean isUserId(String user) {
    return !user.isEmpty() && user.getBytes(StandardCharsets.UTF_8).length <= USER_BYTES_MAX;
  }

  private static boolean isDeviceId(String device) {
    return device.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
        || c == '.' || c == '_' || c == '-');
  }
}
