package chasqui.envoy;

import chasqui.testkit.process.Await;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// A stream to an [EchoEdge].
final class EchoStream {

  private final ClientCall<byte[], byte[]> call;
  private final AtomicInteger echoes = new AtomicInteger();
  private int sent;
  private volatile Status end;

  EchoStream(Channel channel, String method, String... headers) {
    call = channel.newCall(EchoEdge.method(method), CallOptions.DEFAULT);
    Metadata metadata = new Metadata();
    for (int i = 0; i < headers.length; i += 2) {
      metadata.put(Metadata.Key.of(headers[i], Metadata.ASCII_STRING_MARSHALLER), headers[i + 1]);
    }
    call.start(new ClientCall.Listener<>() {
      @Override
      public void onMessage(byte[] message) {
        echoes.incrementAndGet();
        call.request(1);
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        end = status;
      }
    }, metadata);
    call.request(1);
  }

  /// Sends something and waits until it came back, or the stream ended.
  void pingOrEnd() {
    call.sendMessage(new byte[] {1});
    sent++;
    Await.until(Front.PATIENCE, "an echo", () -> echoes.get() == sent || end != null);
  }

  /// Sends something and waits until it came back.
  void ping() {
    pingOrEnd();
    if (end != null) {
      throw new AssertionError("the stream ended: " + end);
    }
  }

  boolean isOpen() {
    return end == null;
  }

  Status end() {
    return Await.value(Front.PATIENCE, "the end of the stream", () -> Optional.ofNullable(end));
  }

  /// Sends no more, but takes what comes.
  void halfClose() {
    call.halfClose();
  }

  void close() {
    halfClose();
    end();
  }
}
