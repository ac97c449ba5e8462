package chasqui.node.transport;

import chasqui.cluster.v1.ProbeServiceGrpc;
import chasqui.discovery.Role;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.MailboxLinkServiceGrpc;
import chasqui.node.vouch.Peer;
import chasqui.node.vouch.VouchCheck;
import chasqui.presence.v1.PresenceLinkServiceGrpc;
import chasqui.registry.v1.RegistryLinkServiceGrpc;
import chasqui.router.v1.RouterLinkServiceGrpc;
import chasqui.status.Statuses;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/// Who may call what on the internal port, by the roles in the certificate of the connection, which TLS has held against
/// the authority. What a call brings along in its headers counts for nothing. Fails closed: what is not in the table is
/// nobody's.
final class RoleCheck implements ServerInterceptor {

  private static final Map<String, Set<String>> CALLERS = Map.of(
      MailboxLinkServiceGrpc.SERVICE_NAME, names(Role.ROUTER),
      RouterLinkServiceGrpc.SERVICE_NAME, names(Role.EDGE),
      RegistryLinkServiceGrpc.SERVICE_NAME, names(Role.EDGE, Role.ROUTER),
      PresenceLinkServiceGrpc.SERVICE_NAME, names(Role.EDGE),
      ProbeServiceGrpc.SERVICE_NAME, names(Role.values()));

  private final InstantSource clock;
  private final Refusals refusals;

  RoleCheck(InstantSource clock, Refusals refusals) {
    this.clock = clock;
    this.refusals = refusals;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Optional<X509Certificate> certificate = certificate(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    // A connection may outlive the certificate that opened it.
    if (certificate.isEmpty() || !clock.instant().isBefore(certificate.get().getNotAfter().toInstant())) {
      return refuse(call, Refusals.Reason.EXPIRED, Reason.REASON_UNAUTHENTICATED, "no certificate that is good now");
    }
    Set<String> roles = PeerRoles.of(certificate.get());
    if (roles.isEmpty()) {
      return refuse(call, Refusals.Reason.NO_ROLE, Reason.REASON_UNAUTHENTICATED, "the certificate is of no node");
    }
    Set<String> callers = CALLERS.get(call.getMethodDescriptor().getServiceName());
    if (callers == null) {
      return refuse(call, Refusals.Reason.UNKNOWN_METHOD, Reason.REASON_PERMISSION_DENIED, "nobody may call this");
    }
    if (Collections.disjoint(callers, roles)) {
      return refuse(call, Refusals.Reason.ROLE, Reason.REASON_PERMISSION_DENIED, "no role of this node may call this");
    }
    Peer peer = new Peer(who(call), roles);
    return Contexts.interceptCall(Context.current().withValue(VouchCheck.PEER, peer), call, headers, next);
  }

  private <Q, R> ServerCall.Listener<Q> refuse(
      ServerCall<Q, R> call, Refusals.Reason why, Reason reason, String message) {
    refusals.refused(why, who(call), call.getMethodDescriptor().getFullMethodName());
    StatusRuntimeException status = Statuses.of(reason, message);
    call.close(status.getStatus(), status.getTrailers());
    return new ServerCall.Listener<>() {};
  }

  private static String who(ServerCall<?, ?> call) {
    Optional<X509Certificate> certificate = certificate(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    return call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)
        + certificate.map(known -> " " + known.getSubjectX500Principal() + " " + PeerRoles.of(known)).orElse("");
  }

  private static Optional<X509Certificate> certificate(SSLSession session) {
    try {
      return session != null && session.getPeerCertificates()[0] instanceof X509Certificate certificate
          ? Optional.of(certificate) : Optional.empty();
    } catch (SSLPeerUnverifiedException none) {
      return Optional.empty();
    }
  }

  private static Set<String> names(Role... roles) {
    return Stream.of(roles).map(PeerRoles::name).collect(Collectors.toUnmodifiableSet());
  }
}
