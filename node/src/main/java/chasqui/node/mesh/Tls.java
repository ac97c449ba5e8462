package chasqui.node.mesh;

import chasqui.node.StartException;
import chasqui.node.config.ServicesConfig;
import chasqui.node.config.TlsConfig;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The encryption of ports: BoringSSL where it can be loaded, since the JDK's costs half as much again. Ciphers are gRPC's,
/// all of them AEAD. Files are read at the start.
final class Tls {

  private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

  private Tls() {}

  static Optional<SslContext> of(TlsConfig config) {
    if (!config.enabled()) {
      return Optional.empty();
    }
    SslProvider provider = OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
    LOG.atInfo().addKeyValue("provider", provider).log("the client port is encrypted");
    try {
      return Optional.of(GrpcSslContexts.configure(
              GrpcSslContexts.forServer(config.certificate().toFile(), config.key().toFile()), provider)
          .protocols("TLSv1.3", "TLSv1.2")
          .build());
    } catch (SSLException | IllegalArgumentException unusable) {
      throw new StartException("tls.certificate and tls.key cannot be used: " + unusable.getMessage(), unusable);
    }
  }

  /// The services' port: nobody connects without a certificate of their authority.
  static SslContext of(ServicesConfig config) {
    SslProvider provider = OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
    try {
      return GrpcSslContexts.configure(
              GrpcSslContexts.forServer(config.certificate().toFile(), config.key().toFile()), provider)
          .protocols("TLSv1.3", "TLSv1.2")
          .trustManager(config.authority().toFile())
          .clientAuth(ClientAuth.REQUIRE)
          .build();
    } catch (SSLException | IllegalArgumentException unusable) {
      throw new StartException(
          "services.certificate, services.key and services.authority cannot be used: " + unusable.getMessage(), unusable);
    }
  }
}
