package chasqui.edge.unary;

import chasqui.edge.unary.TraceQueries.Answers;
import chasqui.edge.unary.TraceQueries.Found;
import chasqui.trace.v1.Committed;
import chasqui.trace.v1.DeliveryOutcome;
import chasqui.trace.v1.DeviceTrace;
import chasqui.trace.v1.EntryTraced;
import chasqui.trace.v1.Routed;
import chasqui.trace.v1.RoutedCopy;
import chasqui.trace.v1.StreamTrace;
import chasqui.trace.v1.TraceDeliveryResponse;
import chasqui.trace.v1.TraceSeen;
import chasqui.trace.v1.TracedCopy;
import chasqui.trace.v1.TracedDevice;
import chasqui.trace.v1.TracedPush;
import chasqui.trace.v1.TracedStream;
import chasqui.trace.v1.TracedUser;
import com.google.protobuf.Timestamp;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Puts together what is stored, what routers remember and what edges know, and says of each device how far it got.
final class TraceReport {

  private final long seq;
  private final EntryTraced stored;
  private final long nowMicros;

  /// @param nowMicros the time that ages are counted back from
  TraceReport(long seq, EntryTraced stored, long nowMicros) {
    this.seq = seq;
    this.stored = stored;
    this.nowMicros = nowMicros;
  }

  TraceDeliveryResponse of(long epoch, Answers answers) {
    TraceDeliveryResponse.Builder report = TraceDeliveryResponse.newBuilder()
        .setCommitted(Committed.newBuilder().setStamp(DeviceRpc.timestamp(stored.getStampMicros()))
            .setSenderUserId(stored.getSenderUserId()).setSenderDeviceId(stored.getSenderDeviceId())
            .setGeneration(stored.getGeneration()).setHead(stored.getHead()).setEpoch(epoch))
        .setMembersLeftOut(stored.getLeftOut())
        .addAllForgetfulNodes(forgetful(answers));
    Set<String> silent = new LinkedHashSet<>(answers.silent());
    for (Found found : answers.found()) {
      found.found().getPushesList().forEach(push -> report.addRouted(routed(found, push)));
      silent.addAll(found.found().getSilentEdgesList());
    }
    List<TraceSeen> edges = answers.found().stream().flatMap(found -> found.found().getEdgesList().stream()).toList();
    stored.getUsersList().forEach(user -> addDevices(report, user, edges));
    return report.addAllSilentNodes(silent).build();
  }

  /// Whose memory begins after the entry.
  private Set<String> forgetful(Answers answers) {
    long age = nowMicros - stored.getStampMicros();
    Set<String> nodes = new LinkedHashSet<>();
    for (Found found : answers.found()) {
      if (found.found().getMemoryMicros() < age) {
        nodes.add(found.nodeId());
      }
      for (TraceSeen edge : found.found().getEdgesList()) {
        if (edge.getMemoryMicros() < age) {
          nodes.add(edge.getNodeId());
        }
      }
    }
    return nodes;
  }

  private Routed routed(Found found, TracedPush push) {
    Routed.Builder routed = Routed.newBuilder()
        .setRouterNodeId(found.nodeId()).setRouterIncarnation(found.incarnation())
        .setMailboxNodeId(push.getMailboxNodeId()).setMailboxIncarnation(push.getMailboxIncarnation())
        .setPushedTime(ago(push.getAgeMicros()));
    for (TracedCopy copy : push.getCopiesList()) {
      routed.addCopies(RoutedCopy.newBuilder().setEdgeNodeId(copy.getEdgeNodeId())
          .setEdgeIncarnation(copy.getEdgeIncarnation()).setSentTime(ago(copy.getAgeMicros()))
          .setSessions(copy.getSessions()).setDropValue(copy.getDrop()));
    }
    return routed.build();
  }

  private void addDevices(TraceDeliveryResponse.Builder report, TracedUser user, List<TraceSeen> edges) {
    if (!user.getReader() || user.getDevicesCount() == 0) {
      report.addDevices(DeviceTrace.newBuilder().setUserId(user.getUserId()).setOutcome(
          user.getReader() ? DeliveryOutcome.DELIVERY_OUTCOME_NO_DEVICE : DeliveryOutcome.DELIVERY_OUTCOME_NOT_A_MEMBER));
      return;
    }
    for (TracedDevice device : user.getDevicesList()) {
      DeviceTrace.Builder trace = DeviceTrace.newBuilder().setUserId(user.getUserId()).setDeviceId(device.getDeviceId())
          .setRegisteredTime(DeviceRpc.timestamp(device.getRegisteredMicros())).setAckedSeq(device.getAcked());
      for (TraceSeen edge : edges) {
        edge.getStreamsList().stream()
            .filter(stream -> stream.getUserId().equals(user.getUserId()) && stream.getDeviceId().equals(device.getDeviceId()))
            .forEach(stream -> trace.addStreams(stream(edge, stream)));
      }
      report.addDevices(trace.setOutcome(outcome(device, trace.getStreamsList())));
    }
  }

  private StreamTrace stream(TraceSeen edge, TracedStream stream) {
    StreamTrace.Builder trace = StreamTrace.newBuilder()
        .setEdgeNodeId(edge.getNodeId()).setEdgeIncarnation(edge.getIncarnation()).setOpen(stream.getOpen())
        .setSentSeq(stream.getSent()).setAckedSeq(stream.getAcked()).setHeadSeq(stream.getHead())
        .setWaitValue(stream.getWait());
    if (stream.hasWrittenAgeMicros()) {
      trace.setWrittenTime(ago(stream.getWrittenAgeMicros()));
    }
    if (stream.hasAckedAgeMicros()) {
      trace.setAckedTime(ago(stream.getAckedAgeMicros()));
    }
    return trace.build();
  }

  private DeliveryOutcome outcome(TracedDevice device, List<StreamTrace> streams) {
    if (device.getAcked() >= seq) {
      return DeliveryOutcome.DELIVERY_OUTCOME_ACKED;
    }
    if (streams.stream().anyMatch(stream -> stream.hasAckedTime() || stream.getAckedSeq() >= seq)) {
      return DeliveryOutcome.DELIVERY_OUTCOME_ACKED_ON_STREAM;
    }
    List<StreamTrace> open = streams.stream().filter(StreamTrace::getOpen).toList();
    if (open.stream().anyMatch(stream -> stream.hasWrittenTime() || stream.getSentSeq() >= seq)) {
      return DeliveryOutcome.DELIVERY_OUTCOME_WRITTEN;
    }
    if (device.getAcked() == 0 && device.getRegisteredMicros() > stored.getStampMicros()) {
      return DeliveryOutcome.DELIVERY_OUTCOME_REGISTERED_LATER;
    }
    return open.isEmpty() ? DeliveryOutcome.DELIVERY_OUTCOME_NO_STREAM : DeliveryOutcome.DELIVERY_OUTCOME_BEHIND;
  }

  private Timestamp ago(long ageMicros) {
    return DeviceRpc.timestamp(nowMicros - ageMicros);
  }
}
