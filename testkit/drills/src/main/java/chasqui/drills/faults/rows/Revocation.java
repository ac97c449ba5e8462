package chasqui.drills.faults.rows;

import chasqui.device.v1.DeviceServiceGrpc;
import chasqui.device.v1.DeviceServiceGrpc.DeviceServiceBlockingStub;
import chasqui.device.v1.ListDevicesRequest;
import chasqui.device.v1.SignOutAllRequest;
import chasqui.device.v1.SignOutDeviceRequest;
import chasqui.drills.faults.ground.Drill;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.ground.Speaker;
import chasqui.drills.faults.wire.Bearer;
import chasqui.drills.faults.wire.RawStream;
import chasqui.drills.faults.wire.Refusal;
import chasqui.drills.fleet.Deadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// A device, then a whole user, is signed out under a stream of messages.
public final class Revocation implements Drill {

  private static final long CLOSED_MILLIS_MAX = 2_000;
  private static final Duration PACE = Duration.ofMillis(20);

  @Override
  public void run(Ground ground, Finding finding) {
    String user = ground.user("eva");
    String peer = ground.user("dora");
    String token = ground.token(user);
    RawStream first = RawStream.open(ground.channel()).welcomed(token, "phone", 1);
    RawStream second = RawStream.open(ground.channel()).welcomed(token, "phone", 2);
    RawStream tablet = RawStream.open(ground.channel()).welcomed(token, "tablet", 1);
    RawStream laptop = RawStream.open(ground.channel()).welcomed(token, "laptop", 1);
    Speaker dora = new Speaker(ground.online(peer, "phone", 1), ground.random());
    String conversation = ground.direct(peer, user);
    DeviceServiceBlockingStub devices = devices(ground, token);
    int said = dora.talk(conversation, PACE, heard(conversation, 5, first, second, tablet, laptop));

    long begin = System.nanoTime();
    var _ = devices.signOutDevice(SignOutDeviceRequest.newBuilder().setDeviceId("phone").build());
    said += dora.talk(conversation, PACE, ended(begin, first, second));
    closed("device", begin, List.of(first, second), finding);
    finding.require(tablet.end().isEmpty() && laptop.end().isEmpty(), "other devices of the user were ended too");
    refused("a token of the device that was signed out", again(ground, token, "phone", 3), finding);

    begin = System.nanoTime();
    var _ = devices.signOutAll(SignOutAllRequest.getDefaultInstance());
    said += dora.talk(conversation, PACE, ended(begin, tablet, laptop));
    closed("user", begin, List.of(tablet, laptop), finding);
    for (String device : List.of("tablet", "unheard-of")) {
      refused("a token of the user who was signed out, on " + device, again(ground, token, device, 3), finding);
    }
    unaryRefused(devices, finding);
    comesBack(ground, user, finding);
    finding.require(dora.awaitAccepted(conversation, said) == said, "the peer's sends were not all accepted");
    finding.figure("sent_meanwhile", said);
    finding.figure("edges", 1);
  }

  private static DeviceServiceBlockingStub devices(Ground ground, String token) {
    return DeviceServiceGrpc.newBlockingStub(ground.channel()).withCallCredentials(new Bearer(token))
        .withDeadlineAfter(10, TimeUnit.MINUTES);
  }

  private static BooleanSupplier heard(String conversation, int entries, RawStream... streams) {
    return () -> List.of(streams).stream().allMatch(stream -> stream.entries(conversation).size() >= entries);
  }

  /// Until all have ended, while the peer goes on for a second: after its status a call delivers nothing.
  private static BooleanSupplier ended(long begin, RawStream... streams) {
    return () -> {
      long now = System.nanoTime();
      boolean over = List.of(streams).stream()
          .allMatch(stream -> stream.end().filter(end -> now - end.nanos() > 1_000_000_000L).isPresent());
      return over || now - begin > 5 * CLOSED_MILLIS_MAX * 1_000_000;
    };
  }

  private static void closed(String what, long begin, List<RawStream> streams, Finding finding) {
    long slowest = 0;
    for (RawStream stream : streams) {
      Optional<RawStream.End> end = stream.end();
      if (end.isEmpty()) {
        finding.require(false, "a stream of the " + what + " that was signed out stays open");
        continue;
      }
      slowest = Math.max(slowest, (end.get().nanos() - begin) / 1_000_000);
      finding.require(end.get().why().code() == Status.Code.UNAUTHENTICATED, what + ": " + end.get().why());
    }
    finding.figure(what + "_closed_ms", slowest);
    finding.require(slowest <= CLOSED_MILLIS_MAX, "the streams of the " + what + " were closed after " + slowest + " ms");
  }

  private static Optional<RawStream.End> again(Ground ground, String token, String device, long connectNumber) {
    return RawStream.open(ground.channel()).hello(token, device, connectNumber).awaitEnd(Ground.PATIENCE);
  }

  private static void refused(String what, Optional<RawStream.End> end, Finding finding) {
    Refusal why = end.map(RawStream.End::why).orElse(null);
    finding.require(why != null && why.code() == Status.Code.UNAUTHENTICATED, what + " still opens a stream: " + why);
  }

  private static void unaryRefused(DeviceServiceBlockingStub devices, Finding finding) {
    try {
      var _ = devices.listDevices(ListDevicesRequest.getDefaultInstance());
      finding.require(false, "the token of a user who was signed out still calls");
    } catch (StatusRuntimeException refused) {
      finding.require(refused.getStatus().getCode() == Status.Code.UNAUTHENTICATED, "a call ended with " + refused.getStatus());
    }
  }

  /// Who signs in anew is let in: tokens count by the second, so the next one.
  private static void comesBack(Ground ground, String user, Finding finding) {
    Deadline.await(Duration.ofMillis(1_100), () -> false);
    RawStream back = RawStream.open(ground.channel()).hello(ground.token(user), "phone", 9);
    finding.require(back.await(frame -> frame.hasWelcome()).isPresent(), "a fresh token is not welcome: " + back.end());
  }
}
