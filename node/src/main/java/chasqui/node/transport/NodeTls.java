package chasqui.node.transport;

import chasqui.discovery.NodeRecord;
import chasqui.discovery.Role;
import chasqui.node.StartException;
import chasqui.node.config.InternalConfig;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// The encryption between nodes: both ends show a certificate of the one authority. TLS 1.3 and 1.2 with gRPC's ciphers,
/// all of them AEAD. Files are read at the start, and never again: half of a new pair is no pair.
final class NodeTls {

  private static final SslProvider PROVIDER = OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;

  private final byte[] certificate;
  private final byte[] key;
  private final Refusals refusals;
  private final X509TrustManager authority;
  private final SslContext server;

  private NodeTls(InternalConfig config, Set<String> roles, Refusals refusals) throws IOException, GeneralSecurityException {
    this.certificate = Files.readAllBytes(config.certificate());
    this.key = Files.readAllBytes(config.key());
    this.refusals = refusals;
    this.authority = authority(config);
    Set<String> proven = PeerRoles.of((X509Certificate) certificates(config.certificate(), certificate).iterator().next());
    if (!proven.containsAll(roles)) {
      throw new CertificateException("this node is " + roles + ", and its certificate proves " + proven);
    }
    this.server = build(
        GrpcSslContexts.forServer(in(certificate), in(key)).clientAuth(ClientAuth.REQUIRE),
        NodeTrust.inCallers(authority, refusals));
  }

  /// @param roles what this node's certificate has to prove, as certificates name it
  /// @throws StartException if the files are no good
  static NodeTls of(InternalConfig config, Set<String> roles, Refusals refusals) {
    try {
      return new NodeTls(config, roles, refusals);
    } catch (IOException | GeneralSecurityException | IllegalArgumentException unusable) {
      throw new StartException(
          "internal.certificate, internal.key and internal.authority cannot be used: " + unusable.getMessage(), unusable);
    }
  }

  /// For the port: nobody connects without a certificate of the authority.
  SslContext server() {
    return server;
  }

  /// For a channel to a node: it must prove every role that it claims to have, so that whoever can write to etcd, or
  /// answer at an address, is no mailbox by that.
  SslContext client(NodeRecord node) {
    try {
      return build(
          GrpcSslContexts.forClient().keyManager(in(certificate), in(key)),
          NodeTrust.inNode(authority, names(node.roles()), node.nodeId() + " at " + node.address(), refusals));
    } catch (SSLException | IllegalArgumentException unusable) {
      throw new IllegalStateException("no encryption to " + node.address() + " can be made", unusable);
    }
  }

  private static SslContext build(SslContextBuilder builder, TrustManager trust) throws SSLException {
    return GrpcSslContexts.configure(builder.trustManager(trust), PROVIDER).protocols("TLSv1.3", "TLSv1.2").build();
  }

  private static X509TrustManager authority(InternalConfig config) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    for (Certificate certificate : certificates(config.authority(), Files.readAllBytes(config.authority()))) {
      trusted.setCertificateEntry("authority-" + trusted.size(), certificate);
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return Stream.of(factory.getTrustManagers())
        .filter(X509TrustManager.class::isInstance).map(X509TrustManager.class::cast).findFirst().orElseThrow();
  }

  private static Collection<? extends Certificate> certificates(Path file, byte[] content)
      throws IOException, GeneralSecurityException {
    Collection<? extends Certificate> certificates =
        CertificateFactory.getInstance("X.509").generateCertificates(in(content));
    if (certificates.isEmpty()) {
      throw new IOException("no certificate is in " + file);
    }
    return certificates;
  }

  private static InputStream in(byte[] content) {
    return new ByteArrayInputStream(content);
  }

  private static Set<String> names(Set<Role> roles) {
    return roles.stream().map(PeerRoles::name).collect(Collectors.toUnmodifiableSet());
  }
}
