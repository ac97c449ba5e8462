package chasqui.node.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.conversation.v1.RemoveMemberRequest;
import chasqui.device.v1.Device;
import chasqui.device.v1.DeviceServiceGrpc;
import chasqui.device.v1.DeviceServiceGrpc.DeviceServiceBlockingStub;
import chasqui.device.v1.ListDevicesRequest;
import chasqui.device.v1.RenameDeviceRequest;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.error.v1.Reason;
import chasqui.status.Statuses;
import chasqui.testkit.process.Await;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Devices of one user over real parts.
class DevicesIT {

  @TempDir
  private Path folder;
  private volatile Instant now = Instant.parse("2026-03-01T12:00:00Z");

  private static DeviceServiceBlockingStub devices(MeshFixture mesh, String user) {
    return DeviceServiceGrpc.newBlockingStub(mesh.channel(0)).withCallCredentials(MeshFixture.bearer(mesh.token(user)))
        .withDeadlineAfter(1, TimeUnit.MINUTES);
  }

  private static Device only(MeshFixture mesh, String user) {
    List<Device> devices = devices(mesh, user).listDevices(ListDevicesRequest.getDefaultInstance()).getDevicesList();
    assertEquals(1, devices.size());
    return devices.getFirst();
  }

  @Test
  void a_device_is_named_by_its_person_and_seen_when_it_leaves() {
    try (MeshFixture mesh = MeshFixture.start(folder, () -> now)) {
      RawDevice phone = mesh.connect("alice", "phone", 1);
      assertEquals(now.getEpochSecond(), only(mesh, "alice").getLastSeenTime().getSeconds());
      var _ = devices(mesh, "alice").renameDevice(
          RenameDeviceRequest.newBuilder().setDeviceId("phone").setName("My phone").build());
      var refused = assertThrows(StatusRuntimeException.class, () -> devices(mesh, "bob").renameDevice(
          RenameDeviceRequest.newBuilder().setDeviceId("phone").setName("Not mine").build()));
      assertEquals(Reason.REASON_NOT_FOUND, Statuses.reasonOf(refused).orElseThrow());
      var controls = assertThrows(StatusRuntimeException.class, () -> devices(mesh, "alice").renameDevice(
          RenameDeviceRequest.newBuilder().setDeviceId("phone").setName("a\u001bb").build()));
      assertEquals(Reason.REASON_INVALID_FIELD, Statuses.reasonOf(controls).orElseThrow());
      now = now.plus(Duration.ofMinutes(5));
      phone.close();
      Await.until(Duration.ofSeconds(30), "the leaving is stored",
          () -> only(mesh, "alice").getLastSeenTime().getSeconds() >= now.getEpochSecond() - 60);
      assertEquals("My phone", only(mesh, "alice").getName());
    }
  }

  @Test
  void one_device_too_many_is_told_so() {
    try (MeshFixture mesh = MeshFixture.start(folder)) {
      List<RawDevice> online = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        RawDevice device = RawDevice.hello(mesh.channel(0), mesh.token("alice"), "device-" + i, 1);
        online.add(device);
        if (i < 5) {
          device.await(FrameCase.CAUGHT_UP);
        }
      }
      // The one heard of first gives way to the newest.
      assertEquals(Reason.REASON_DEVICE_CAP, online.getFirst().await(FrameCase.EVICTED).getEvicted().getReason());
      assertEquals(Status.Code.ABORTED, online.getFirst().end().getCode());
      online.getLast().await(FrameCase.CAUGHT_UP);
      assertEquals(6, devices(mesh, "alice").listDevices(ListDevicesRequest.getDefaultInstance()).getDevicesCount());
    }
  }

  @Test
  void a_device_that_returns_after_ninety_days_gets_everything_in_order() {
    try (MeshFixture mesh = MeshFixture.start(folder, () -> now)) {
      String direct = mesh.direct("alice", "bob");
      String team = mesh.group("alice", "Team", "bob", "carol");
      RawDevice bob = mesh.connect("bob", "phone", 1);
      RawDevice alice = mesh.connect("alice", "phone", 1);
      alice.say(direct, "direct 0");
      alice.say(team, "team 0");
      bob.hear("direct 0");
      bob.hear("team 0");
      bob.close();
      List<String> missedDirect = new ArrayList<>();
      List<String> missedTeam = new ArrayList<>();
      String later = null;
      for (int day = 5; day <= 90; day += 5) {
        alice.close();
        now = now.plus(Duration.ofDays(5));
        alice = mesh.connect("alice", "phone", day);
        // The 1:1 conversation fell still long ago: its marks of days have expired by the time of the return.
        if (day <= 20) {
          missedDirect.add("direct " + day);
          alice.say(direct, "direct " + day);
        }
        if (day <= 60) {
          missedTeam.add("team " + day);
        }
        alice.say(team, "team " + day);
        if (day == 30) {
          later = mesh.group("alice", "Later", "bob");
          alice.say(later, "later");
        }
        if (day == 60) {
          var _ = mesh.conversations("alice").removeMember(RemoveMemberRequest.newBuilder().setConversationId(team)
              .setUserId("bob").setClientMessageId(ByteString.copyFromUtf8("alice removes bob")).build());
        }
      }
      RawDevice back = mesh.connect("bob", "phone", 2);
      List<String> texts = back.texts();
      assertEquals(missedDirect, texts.stream().filter(text -> text.startsWith("direct")).toList());
      assertEquals(missedTeam, texts.stream().filter(text -> text.startsWith("team")).toList(), "up to the removal, in order");
      assertTrue(texts.contains("later"), "a group that began meanwhile");
      back.close();
      alice.close();
    }
  }
}
