package chasqui.edge.unary;

import chasqui.edge.SystemUser;
import chasqui.edge.TokenVerifier;
import chasqui.error.v1.Reason;
import chasqui.status.Statuses;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/// Takes the caller from the certificate of the connection, which TLS has held against the services' authority: an
/// internal service, by the one URI `spiffe://chasqui/service/NAME` among its names. Tokens count for nothing here.
/// Fails closed: without such a certificate nobody calls, and a service calls only what it was granted.
final class ServiceAuthentication implements ServerInterceptor {

  static final String URI_PREFIX = "spiffe://chasqui/service/";
  private static final int URI = 6;

  private final ServiceGrants grants;
  private final InstantSource clock;

  ServiceAuthentication(ServiceGrants grants, InstantSource clock) {
    this.grants = grants;
    this.clock = clock;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Optional<X509Certificate> certificate = certificate(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    Optional<String> service = certificate.flatMap(ServiceAuthentication::name).filter(grants::knows);
    long now = clock.instant().getEpochSecond();
    long ends = certificate.map(known -> known.getNotAfter().toInstant().getEpochSecond()).orElse(0L);
    // A connection may outlive the certificate that opened it.
    if (service.isEmpty() || now >= ends) {
      return refuse(call, Statuses.of(Reason.REASON_UNAUTHENTICATED, "the certificate is of no known service"));
    }
    if (!grants.allows(service.get(), call.getMethodDescriptor().getFullMethodName())) {
      return refuse(call, Statuses.of(Reason.REASON_PERMISSION_DENIED, "the service may not call this"));
    }
    var identity = new TokenVerifier.Identity(SystemUser.of(service.get()), now, ends);
    return Contexts.interceptCall(Context.current().withValue(Authentication.IDENTITY, identity), call, headers, next);
  }

  private static <Q, R> ServerCall.Listener<Q> refuse(ServerCall<Q, R> call, StatusRuntimeException why) {
    call.close(why.getStatus(), why.getTrailers());
    return new ServerCall.Listener<>() {};
  }

  private static Optional<X509Certificate> certificate(SSLSession session) {
    try {
      return session != null && session.getPeerCertificates()[0] instanceof X509Certificate certificate
          ? Optional.of(certificate) : Optional.empty();
    } catch (SSLPeerUnverifiedException none) {
      return Optional.empty();
    }
  }

  /// The service that a certificate names; empty where it names none, or several.
  private static Optional<String> name(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      List<String> uris = names == null ? List.of() : names.stream()
          .filter(name -> name.get(0).equals(URI)).map(name -> (String) name.get(1)).toList();
      return uris.size() == 1 && uris.getFirst().startsWith(URI_PREFIX)
          ? Optional.of(uris.getFirst().substring(URI_PREFIX.length())) : Optional.empty();
    } catch (CertificateParsingException damaged) {
      return Optional.empty();
    }
  }
}
