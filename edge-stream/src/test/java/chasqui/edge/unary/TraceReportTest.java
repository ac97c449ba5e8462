package chasqui.edge.unary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.edge.unary.TraceQueries.Answers;
import chasqui.edge.unary.TraceQueries.Found;
import chasqui.trace.v1.DeliveryOutcome;
import chasqui.trace.v1.EntryTraced;
import chasqui.trace.v1.TraceDeliveryResponse;
import chasqui.trace.v1.TraceFound;
import chasqui.trace.v1.TraceSeen;
import chasqui.trace.v1.TracedDevice;
import chasqui.trace.v1.TracedStream;
import chasqui.trace.v1.TracedUser;
import com.google.protobuf.Timestamp;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What is said of each device, given what is stored and what edges know.
class TraceReportTest {

  private static final long NOW = 1_800_000_000_000_000L;
  private static final long STAMP = NOW - 60_000_000;
  private static final long SEQ = 7;

  private final TraceFound.Builder router = TraceFound.newBuilder().setMemoryMicros(Long.MAX_VALUE);
  private final TraceSeen.Builder edge = TraceSeen.newBuilder().setNodeId("e").setMemoryMicros(Long.MAX_VALUE);

  private TraceDeliveryResponse report(TracedUser... users) {
    EntryTraced stored = EntryTraced.newBuilder().setStampMicros(STAMP).setHead(9).addAllUsers(List.of(users)).build();
    Found found = new Found("r", "r-1", router.clone().addEdges(edge).build());
    return new TraceReport(SEQ, stored, NOW).of(5, new Answers(List.of(found), List.of("r2")));
  }

  private static TracedUser user(String id, TracedDevice.Builder... devices) {
    TracedUser.Builder user = TracedUser.newBuilder().setUserId(id).setReader(true);
    for (TracedDevice.Builder device : devices) {
      user.addDevices(device);
    }
    return user.build();
  }

  private static TracedDevice.Builder device(String id, long acked) {
    return TracedDevice.newBuilder().setDeviceId(id).setAcked(acked).setRegisteredMicros(STAMP - 1);
  }

  private TracedStream.Builder stream(String device) {
    return edge.addStreamsBuilder().setUserId("u").setDeviceId(device).setOpen(true);
  }

  private Map<String, DeliveryOutcome> outcomes(TraceDeliveryResponse report) {
    Map<String, DeliveryOutcome> outcomes = new TreeMap<>();
    report.getDevicesList().forEach(each -> outcomes.put(each.getUserId() + "/" + each.getDeviceId(), each.getOutcome()));
    return outcomes;
  }

  private static long micros(Timestamp time) {
    return time.getSeconds() * 1_000_000 + time.getNanos() / 1_000;
  }

  @Test
  void each_device_gets_the_furthest_that_is_known_of_it() {
    stream("acked-on-stream").setAcked(SEQ);
    stream("acked-before").setAckedAgeMicros(5).setOpen(false);
    stream("written").setSent(SEQ);
    stream("behind").setSent(SEQ - 1).setHead(9);
    stream("ended").setWrittenAgeMicros(9).setOpen(false);
    TraceDeliveryResponse report = report(
        user("u", device("stored", SEQ), device("acked-on-stream", 3), device("acked-before", 3), device("written", 3),
            device("behind", 3), device("ended", 3), device("away", 0),
            device("late", 0).setRegisteredMicros(STAMP + 1), device("late-acked", 8).setRegisteredMicros(STAMP + 1)),
        user("none"), TracedUser.newBuilder().setUserId("stranger").addDevices(device("d", 9)).build());
    assertEquals(new TreeMap<>(Map.ofEntries(
        Map.entry("u/stored", DeliveryOutcome.DELIVERY_OUTCOME_ACKED),
        Map.entry("u/acked-on-stream", DeliveryOutcome.DELIVERY_OUTCOME_ACKED_ON_STREAM),
        Map.entry("u/acked-before", DeliveryOutcome.DELIVERY_OUTCOME_ACKED_ON_STREAM),
        Map.entry("u/written", DeliveryOutcome.DELIVERY_OUTCOME_WRITTEN),
        Map.entry("u/behind", DeliveryOutcome.DELIVERY_OUTCOME_BEHIND),
        Map.entry("u/ended", DeliveryOutcome.DELIVERY_OUTCOME_NO_STREAM),
        Map.entry("u/away", DeliveryOutcome.DELIVERY_OUTCOME_NO_STREAM),
        Map.entry("u/late", DeliveryOutcome.DELIVERY_OUTCOME_REGISTERED_LATER),
        Map.entry("u/late-acked", DeliveryOutcome.DELIVERY_OUTCOME_ACKED),
        Map.entry("none/", DeliveryOutcome.DELIVERY_OUTCOME_NO_DEVICE),
        Map.entry("stranger/", DeliveryOutcome.DELIVERY_OUTCOME_NOT_A_MEMBER))), outcomes(report));
  }

  @Test
  void ages_become_times_and_what_is_missing_is_said() {
    stream("phone").setWrittenAgeMicros(2_000_000);
    edge.setMemoryMicros(30_000_000);
    router.addSilentEdges("e2").addPushesBuilder().setAgeMicros(3_000_000).setMailboxNodeId("m");
    TraceDeliveryResponse report = report(user("u", device("phone", 0)));
    assertEquals(NOW - 2_000_000, micros(report.getDevices(0).getStreams(0).getWrittenTime()));
    assertEquals(NOW - 3_000_000, micros(report.getRouted(0).getPushedTime()));
    assertEquals(List.of("r2", "e2"), report.getSilentNodesList());
    assertEquals(List.of("e"), report.getForgetfulNodesList());
    assertEquals(5, report.getCommitted().getEpoch());
  }
}
