package chasqui.node.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import chasqui.device.v1.DeviceServiceGrpc;
import chasqui.device.v1.DeviceServiceGrpc.DeviceServiceBlockingStub;
import chasqui.device.v1.ListDevicesRequest;
import chasqui.device.v1.SignOutAllRequest;
import chasqui.device.v1.SignOutDeviceRequest;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.error.v1.Reason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A sign-out at one edge ends the streams on every edge, and their tokens are of no more use on any.
class SignOutIT {

  @TempDir
  private Path data;

  @Test
  void a_device_signed_out_at_one_edge_is_ended_on_both_and_the_others_go_on() {
    try (MeshFixture mesh = MeshFixture.start(data, 2, Map.of())) {
      String conversation = mesh.direct("alice", "bob");
      String token = mesh.token("alice");
      RawDevice phoneHere = RawDevice.connect(mesh.channel(0), token, "phone", 1);
      RawDevice phoneThere = RawDevice.connect(mesh.channel(1), token, "phone", 2);
      RawDevice laptop = RawDevice.connect(mesh.channel(1), token, "laptop", 1);
      RawDevice bob = mesh.connect("bob", "phone", 1);
      var _ = devices(mesh, 0, token).signOutDevice(SignOutDeviceRequest.newBuilder().setDeviceId("phone").build());
      ended(phoneHere);
      ended(phoneThere);
      bob.say(conversation, "who is left?");
      laptop.hear("who is left?");
      for (int edge = 0; edge < 2; edge++) {
        assertEquals(
            Status.Code.UNAUTHENTICATED, RawDevice.hello(mesh.channel(edge), token, "phone", 5 + edge).end().getCode());
      }
    }
  }

  @Test
  void a_user_signed_out_at_one_edge_is_ended_on_both_and_calls_nothing_there() {
    try (MeshFixture mesh = MeshFixture.start(data, 2, Map.of())) {
      String token = mesh.token("alice");
      RawDevice here = RawDevice.connect(mesh.channel(0), token, "phone", 1);
      RawDevice there = RawDevice.connect(mesh.channel(1), token, "laptop", 1);
      DeviceServiceBlockingStub elsewhere = devices(mesh, 1, token);
      assertEquals(2, elsewhere.listDevices(ListDevicesRequest.getDefaultInstance()).getDevicesCount());
      var _ = devices(mesh, 0, token).signOutAll(SignOutAllRequest.getDefaultInstance());
      ended(here);
      ended(there);
      StatusRuntimeException refused = assertThrows(
          StatusRuntimeException.class, () -> elsewhere.listDevices(ListDevicesRequest.getDefaultInstance()));
      assertEquals(Status.Code.UNAUTHENTICATED, refused.getStatus().getCode());
    }
  }

  private static void ended(RawDevice stream) {
    assertEquals(Reason.REASON_REVOKED, stream.await(FrameCase.EVICTED).getEvicted().getReason());
    assertEquals(Status.Code.UNAUTHENTICATED, stream.end().getCode());
  }

  private static DeviceServiceBlockingStub devices(MeshFixture mesh, int edge, String token) {
    return DeviceServiceGrpc.newBlockingStub(mesh.channel(edge)).withCallCredentials(MeshFixture.bearer(token))
        .withDeadlineAfter(1, TimeUnit.MINUTES);
  }
}
