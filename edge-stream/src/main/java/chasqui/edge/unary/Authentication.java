package chasqui.edge.unary;

import chasqui.edge.TokenVerifier;
import chasqui.error.v1.Reason;
import chasqui.status.Statuses;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;

/// Takes the caller from `authorization: Bearer …`. Every refusal is the same.
final class Authentication implements ServerInterceptor {

  static final Context.Key<TokenVerifier.Identity> IDENTITY = Context.key("identity");
  static final Metadata.Key<String> AUTHORIZATION = Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String BEARER = "Bearer ";

  private final TokenVerifier tokens;

  Authentication(TokenVerifier tokens) {
    this.tokens = tokens;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String header = headers.get(AUTHORIZATION);
    if (header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        && tokens.verify(header.substring(BEARER.length()).strip()) instanceof TokenVerifier.Identity identity) {
      return Contexts.interceptCall(Context.current().withValue(IDENTITY, identity), call, headers, next);
    }
    StatusRuntimeException refused = refused();
    call.close(refused.getStatus(), refused.getTrailers());
    return new ServerCall.Listener<>() {};
  }

  static StatusRuntimeException refused() {
    return Statuses.of(Reason.REASON_UNAUTHENTICATED, "the token is not good");
  }
}
