package chasqui.discovery.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.Lease;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdException;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/// The client of etcd, with a deadline on every call but the watch.
///
/// The client's own retries are off: it would repeat what is out of date by then. Whoever calls asks again in its turn,
/// and another member of etcd gets the question.
final class Etcd implements AutoCloseable {

  static final Duration CALL_LIMIT = Duration.ofSeconds(2);

  private final Client client;
  private final String prefix;
  private final long renewLimitMillis;

  Etcd(EtcdConfig config) {
    prefix = "/chasqui/" + config.cluster() + "/nodes/";
    // Two tries of a renewal fit into what is left of a lease after a third of it.
    renewLimitMillis = config.leaseTtl().toMillis() * 3 / 10;
    client = Client.builder()
        .endpoints(config.endpoints().stream().map(endpoint -> "http://" + endpoint).toArray(String[]::new))
        .interceptor(new Deadlines())
        .connectTimeout(CALL_LIMIT)
        .keepaliveTime(Duration.ofSeconds(10))
        .keepaliveTimeout(Duration.ofSeconds(5))
        .retryMaxAttempts(0)
        .build();
  }

  KV kv() {
    return client.getKVClient();
  }

  Lease leases() {
    return client.getLeaseClient();
  }

  Watch watches() {
    return client.getWatchClient();
  }

  /// What the keys of all nodes begin with.
  ByteSequence allNodes() {
    return ByteSequence.from(prefix, StandardCharsets.UTF_8);
  }

  ByteSequence key(String nodeId) {
    return ByteSequence.from(prefix + nodeId, StandardCharsets.UTF_8);
  }

  String nodeId(ByteSequence key) {
    return key.toString(StandardCharsets.UTF_8).substring(prefix.length());
  }

  /// Whether what was asked for does not exist: of a lease, that it is lost.
  static boolean isNotFound(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof EtcdException etcd && etcd.getErrorCode() == ErrorCode.NOT_FOUND;
  }

  /// The failure in one line.
  static String brief(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    String line = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return line.substring(0, Math.min(120, line.length()));
  }

  @Override
  public void close() {
    client.close();
  }

  private final class Deadlines implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      String name = method.getBareMethodName();
      if ("Watch".equals(name)) {
        return next.newCall(method, options);
      }
      long limit = "LeaseKeepAlive".equals(name) ? renewLimitMillis : CALL_LIMIT.toMillis();
      return next.newCall(method, options.withDeadlineAfter(limit, TimeUnit.MILLISECONDS));
    }
  }
}
