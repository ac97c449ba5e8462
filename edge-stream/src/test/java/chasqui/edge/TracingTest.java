package chasqui.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.EdgeServiceGrpc;
import chasqui.edge.v1.ServerFrame;
import chasqui.error.v1.Reason;
import chasqui.history.v1.FetchHistoryRequest;
import chasqui.history.v1.FetchHistoryResponse;
import chasqui.history.v1.HistoryServiceGrpc;
import chasqui.status.Statuses;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Every call has a trace id, its caller's own if it brings one.
class TracingTest {

  private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";

  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    String name = InProcessServerBuilder.generateName();
    server = InProcessServerBuilder.forName(name).directExecutor().intercept(new Tracing(new SecureRandom()))
        .addService(new Streams()).addService(new Calls()).build().start();
    channel = InProcessChannelBuilder.forName(name).directExecutor().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  @Test
  void a_call_keeps_the_id_that_its_caller_brings_and_is_told_it_when_refused() throws Exception {
    var refused = assertThrows(StatusRuntimeException.class,
        () -> HistoryServiceGrpc.newBlockingStub(with("00-" + ID + "-00f067aa0ba902b7-01"))
            .fetchHistory(FetchHistoryRequest.getDefaultInstance()));
    assertEquals(ID, seen.poll(30, TimeUnit.SECONDS));
    assertEquals(ID, refused.getTrailers().get(Tracing.TRACE_ID_TRAILER));
    assertEquals(Reason.REASON_NOT_FOUND, Statuses.reasonOf(refused).orElseThrow());
  }

  @Test
  void a_stream_has_an_id_when_it_opens_and_none_is_left_behind() throws Exception {
    BlockingQueue<Metadata> trailers = new LinkedBlockingQueue<>();
    StreamObserver<ClientFrame> out = EdgeServiceGrpc.newStub(channel).connect(new StreamObserver<>() {
      @Override
      public void onNext(ServerFrame frame) {}

      @Override
      public void onError(Throwable failure) {
        trailers.add(Status.trailersFromThrowable(failure));
      }

      @Override
      public void onCompleted() {}
    });
    String opened = seen.poll(30, TimeUnit.SECONDS);
    assertTrue(opened.matches("[0-9a-f]{32}"), opened);
    out.onNext(ClientFrame.getDefaultInstance());
    assertEquals("", seen.poll(30, TimeUnit.SECONDS), "contexts are not switched per message");
    assertEquals(opened, trailers.poll(30, TimeUnit.SECONDS).get(Tracing.TRACE_ID_TRAILER));
    assertEquals("", Tracing.current());
  }

  @Test
  void what_is_no_traceparent_is_not_taken_over() {
    Tracing tracing = new Tracing(new SecureRandom());
    for (String bad : List.of("", "00-" + ID, "00-" + "0".repeat(32) + "-00f067aa0ba902b7-01", "x".repeat(5000),
        "00-" + ID.toUpperCase(Locale.ROOT) + "-00f067aa0ba902b7-01")) {
      assertTrue(tracing.traceId(bad).matches("[0-9a-f]{32}"), bad);
      assertNotEquals(tracing.traceId(bad), tracing.traceId(bad));
    }
    assertEquals(ID, tracing.traceId("00-" + ID + "-00f067aa0ba902b7-01"));
  }

  private Channel with(String traceparent) {
    Metadata headers = new Metadata();
    headers.put(Tracing.TRACEPARENT, traceparent);
    return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private final class Streams extends EdgeServiceGrpc.EdgeServiceImplBase {
    @Override
    public StreamObserver<ClientFrame> connect(StreamObserver<ServerFrame> responses) {
      seen.add(Tracing.current());
      return new StreamObserver<>() {
        @Override
        public void onNext(ClientFrame frame) {
          seen.add(Tracing.current());
          responses.onError(Statuses.of(Reason.REASON_PROTOCOL_VIOLATION, "no"));
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
      };
    }
  }

  private final class Calls extends HistoryServiceGrpc.HistoryServiceImplBase {
    @Override
    public void fetchHistory(FetchHistoryRequest request, StreamObserver<FetchHistoryResponse> response) {
      seen.add(Tracing.current());
      response.onError(Statuses.of(Reason.REASON_NOT_FOUND, "none"));
    }
  }
}
