package chasqui.node.ops;

import chasqui.mailbox.v1.Refusal;
import chasqui.node.ops.OpsServer.Page;
import chasqui.trace.v1.Committed;
import chasqui.trace.v1.DeviceTrace;
import chasqui.trace.v1.Routed;
import chasqui.trace.v1.RoutedCopy;
import chasqui.trace.v1.StreamTrace;
import chasqui.trace.v1.TraceDeliveryRequest;
import chasqui.trace.v1.TraceDeliveryResponse;
import com.google.protobuf.Timestamp;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

/// What became of an entry, as a document for operators: `?conversation=ID&seq=N`, and `&users=A,B` for theirs alone.
public final class TracePage {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// Traces an entry; tells the report or why there is none.
  @FunctionalInterface
  public interface Tracer {
    void trace(TraceDeliveryRequest request, BiConsumer<TraceDeliveryResponse, Refusal> then);
  }

  private record Outcome(TraceDeliveryResponse report, Refusal refusal) {}

  private final Tracer tracer;

  public TracePage(Tracer tracer) {
    this.tracer = tracer;
  }

  /// Blocks until the report is there.
  public Page answer(String query) {
    TraceDeliveryRequest request;
    try {
      request = request(query == null ? "" : query);
    } catch (IllegalArgumentException misread) {
      return Page.json(400, Json.write(Map.of("why", "expected conversation=ID&seq=N")));
    }
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    tracer.trace(request, (report, refusal) -> outcome.complete(new Outcome(report, refusal)));
    try {
      Outcome told = outcome.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return told.report() != null
          ? Page.json(200, Json.write(document(request, told.report())))
          : Page.json(404, Json.write(Map.of("why", told.refusal().getReason() + " " + told.refusal().getMessage())));
    } catch (TimeoutException late) {
      return Page.json(503, Json.write(Map.of("why", "no answer within " + PATIENCE.toSeconds() + " s")));
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
      return Page.json(503, Json.write(Map.of("why", "the node ends")));
    }
  }

  private static TraceDeliveryRequest request(String query) {
    Map<String, String> values = new HashMap<>();
    for (String pair : query.split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        values.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    TraceDeliveryRequest.Builder request = TraceDeliveryRequest.newBuilder()
        .setConversationId(values.getOrDefault("conversation", "")).setSeq(Long.parseLong(values.getOrDefault("seq", "")));
    String users = values.getOrDefault("users", "");
    if (!users.isEmpty()) {
      request.addAllUserIds(List.of(users.split(",")));
    }
    if (request.getConversationId().isEmpty() || request.getSeq() < 1) {
      throw new IllegalArgumentException(query);
    }
    return request.build();
  }

  private static Map<String, Object> document(TraceDeliveryRequest request, TraceDeliveryResponse report) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("conversation", request.getConversationId());
    document.put("seq", request.getSeq());
    document.put("committed", committed(report.getCommitted()));
    document.put("routed", report.getRoutedList().stream().map(TracePage::routed).toList());
    document.put("devices", report.getDevicesList().stream().map(TracePage::device).toList());
    document.put("members_left_out", report.getMembersLeftOut());
    document.put("silent_nodes", report.getSilentNodesList());
    document.put("forgetful_nodes", report.getForgetfulNodesList());
    return document;
  }

  private static Map<String, Object> committed(Committed committed) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("stamp", time(committed.getStamp()));
    document.put("sender_user", committed.getSenderUserId());
    document.put("sender_device", committed.getSenderDeviceId());
    document.put("generation", committed.getGeneration());
    document.put("head", committed.getHead());
    document.put("epoch", committed.getEpoch());
    return document;
  }

  private static Map<String, Object> routed(Routed routed) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("router", routed.getRouterNodeId());
    document.put("router_incarnation", routed.getRouterIncarnation());
    document.put("mailbox", routed.getMailboxNodeId());
    document.put("mailbox_incarnation", routed.getMailboxIncarnation());
    document.put("pushed", time(routed.getPushedTime()));
    document.put("copies", routed.getCopiesList().stream().map(TracePage::copy).toList());
    return document;
  }

  private static Map<String, Object> copy(RoutedCopy copy) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("edge", copy.getEdgeNodeId());
    document.put("edge_incarnation", copy.getEdgeIncarnation());
    document.put("sent", time(copy.getSentTime()));
    document.put("sessions", copy.getSessions());
    document.put("dropped", copy.getDropValue() == 0 ? "" : plain(copy.getDrop(), "COPY_DROP_"));
    return document;
  }

  private static Map<String, Object> device(DeviceTrace device) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("user", device.getUserId());
    document.put("device", device.getDeviceId());
    document.put("outcome", plain(device.getOutcome(), "DELIVERY_OUTCOME_"));
    if (device.hasRegisteredTime()) {
      document.put("registered", time(device.getRegisteredTime()));
      document.put("acked_seq", device.getAckedSeq());
    }
    document.put("streams", device.getStreamsList().stream().map(TracePage::stream).toList());
    return document;
  }

  private static Map<String, Object> stream(StreamTrace stream) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("edge", stream.getEdgeNodeId());
    document.put("edge_incarnation", stream.getEdgeIncarnation());
    document.put("open", stream.getOpen());
    document.put("sent_seq", stream.getSentSeq());
    document.put("acked_seq", stream.getAckedSeq());
    document.put("head_seq", stream.getHeadSeq());
    document.put("waits_for", stream.getWaitValue() == 0 ? "" : plain(stream.getWait(), "STREAM_WAIT_"));
    document.put("written", stream.hasWrittenTime() ? time(stream.getWrittenTime()) : "");
    document.put("acked", stream.hasAckedTime() ? time(stream.getAckedTime()) : "");
    return document;
  }

  private static String plain(Enum<?> value, String prefix) {
    return value.name().replace(prefix, "").toLowerCase(Locale.ROOT);
  }

  private static String time(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).toString();
  }
}
