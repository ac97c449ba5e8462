package chasqui.drills.faults.wire;

import chasqui.edge.v1.EdgeServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// The services that a node serves to clients, found and not listed: every generated service is asked for, and those that
/// the client port knows are the API. A new service or RPC is therefore attacked without anyone remembering.
public final class ClientApi {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// A unary call's end.
  ///
  /// @param answer the response's bytes; null if there is none
  public record Answer(Refusal end, byte[] answer) {}

  private ClientApi() {}

  /// The unary RPCs that the client port knows.
  public static List<MethodDescriptor<?, ?>> unary(Channel channel, String token) {
    return methods().stream()
        .filter(method -> method.getType() == MethodDescriptor.MethodType.UNARY)
        .filter(method -> isServed(channel, method, token))
        .toList();
  }

  /// Every RPC of every service of ours, the internal ones too.
  public static List<MethodDescriptor<?, ?>> methods() {
    return services().stream().<MethodDescriptor<?, ?>>flatMap(service -> service.getMethods().stream()).toList();
  }

  /// Calls an RPC with any headers and any bytes.
  public static Answer call(Channel channel, MethodDescriptor<?, ?> method, Metadata headers, byte[] request) {
    try {
      return begin(channel, method, headers, request).get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException never) {
      throw new IllegalStateException("no end of " + method.getFullMethodName(), never);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stop);
    }
  }

  /// Calls an RPC with any headers and any bytes, and does not wait.
  public static CompletableFuture<Answer> begin(
      Channel channel, MethodDescriptor<?, ?> method, Metadata headers, byte[] request) {
    CompletableFuture<Answer> answered = new CompletableFuture<>();
    ClientCall<byte[], byte[]> call = channel.newCall(
        Bytes.method(method.getFullMethodName(), method.getType()),
        CallOptions.DEFAULT.withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    call.start(new ClientCall.Listener<>() {
      private byte[] message;

      @Override
      public void onMessage(byte[] received) {
        message = received;
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        answered.complete(new Answer(Refusal.of(status, trailers), message));
      }
    }, headers);
    call.request(2);
    call.sendMessage(request);
    call.halfClose();
    return answered;
  }

  public static Metadata bearer(String token) {
    Metadata headers = new Metadata();
    headers.put(Bearer.AUTHORIZATION, "Bearer " + token);
    return headers;
  }

  /// gRPC itself answers for a method that is not there; it gives no reason of ours.
  private static boolean isServed(Channel channel, MethodDescriptor<?, ?> method, String token) {
    Refusal end = call(channel, method, bearer(token), new byte[0]).end();
    return end.code() != Status.Code.UNIMPLEMENTED || !end.details().isEmpty();
  }

  private static List<ServiceDescriptor> services() {
    try {
      Path place = Path.of(EdgeServiceGrpc.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(place)) {
        return services(place);
      }
      try (FileSystem jar = FileSystems.newFileSystem(URI.create("jar:" + place.toUri()), java.util.Map.of())) {
        return services(jar.getPath("/"));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static List<ServiceDescriptor> services(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve("chasqui"))) {
      return files.map(file -> root.relativize(file).toString())
          .filter(name -> name.endsWith("Grpc.class"))
          .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.').replace('\\', '.'))
          .sorted()
          .map(ClientApi::service)
          .toList();
    }
  }

  private static ServiceDescriptor service(String stubs) {
    try {
      return (ServiceDescriptor) Class.forName(stubs).getMethod("getServiceDescriptor").invoke(null);
    } catch (ReflectiveOperationException strange) {
      throw new IllegalStateException(stubs + " is no generated service", strange);
    }
  }
}
