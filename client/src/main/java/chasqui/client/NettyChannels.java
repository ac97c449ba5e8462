package chasqui.client;

import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/// Real connections: TLS (BoringSSL where there is a native build), or plaintext on this machine.
final class NettyChannels implements ChannelSource {
  private static final int INBOUND_BYTES_MAX = 4 << 20;
  private static final int IDLE_MINUTES = 5;

  /// Null for plaintext.
  private final SslContext tls;

  private NettyChannels(SslContext tls) {
    this.tls = tls;
  }

  static NettyChannels plaintext() {
    return new NettyChannels(null);
  }

  /// @param authorities PEM file of the certificates to trust, or null for those of the platform
  static NettyChannels tls(Path authorities) {
    try {
      var builder = GrpcSslContexts.forClient();
      return new NettyChannels((authorities == null ? builder : builder.trustManager(authorities.toFile())).build());
    } catch (SSLException | IllegalArgumentException e) {
      throw new IllegalArgumentException("cannot use the certificates in " + authorities + ": " + e.getMessage(), e);
    }
  }

  @Override
  public ManagedChannel open(Endpoint endpoint) {
    var builder = NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
        .directExecutor()
        .maxInboundMessageSize(INBOUND_BYTES_MAX)
        .idleTimeout(IDLE_MINUTES, TimeUnit.MINUTES)
        .disableRetry();
    return (tls == null ? builder.usePlaintext() : builder.useTransportSecurity().sslContext(tls)).build();
  }
}
