package chasqui.edge.unary;

import chasqui.device.v1.Device;
import chasqui.device.v1.DeviceServiceGrpc;
import chasqui.device.v1.ListDevicesRequest;
import chasqui.device.v1.ListDevicesResponse;
import chasqui.device.v1.RenameDeviceRequest;
import chasqui.device.v1.RenameDeviceResponse;
import chasqui.device.v1.SignOutAllRequest;
import chasqui.device.v1.SignOutAllResponse;
import chasqui.device.v1.SignOutDeviceRequest;
import chasqui.device.v1.SignOutDeviceResponse;
import chasqui.mailbox.v1.Devices;
import chasqui.mailbox.v1.KnownDevice;
import chasqui.mailbox.v1.ListDevices;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.RenameDevice;
import chasqui.mailbox.v1.Revoke;
import com.google.protobuf.Timestamp;
import io.grpc.stub.StreamObserver;

/// The caller's own devices.
final class DeviceRpc extends DeviceServiceGrpc.DeviceServiceImplBase {

  private final Calls calls;

  DeviceRpc(Calls calls) {
    this.calls = calls;
  }

  @Override
  public void listDevices(ListDevicesRequest request, StreamObserver<ListDevicesResponse> observer) {
    calls.begin(observer, call -> call.ask(
        MailboxRequest.newBuilder().setListDevices(ListDevices.getDefaultInstance()),
        response -> call.reply(devices(response.getDevices()))));
  }

  @Override
  public void renameDevice(RenameDeviceRequest request, StreamObserver<RenameDeviceResponse> observer) {
    calls.begin(observer, call -> call.ask(
        MailboxRequest.newBuilder().setRenameDevice(
            RenameDevice.newBuilder().setDeviceId(request.getDeviceId()).setName(request.getName())),
        response -> call.reply(RenameDeviceResponse.getDefaultInstance())));
  }

  @Override
  public void signOutDevice(SignOutDeviceRequest request, StreamObserver<SignOutDeviceResponse> observer) {
    calls.begin(observer, call -> call.ask(
        MailboxRequest.newBuilder().setRevoke(Revoke.newBuilder().setDeviceId(request.getDeviceId())),
        response -> call.reply(SignOutDeviceResponse.getDefaultInstance())));
  }

  @Override
  public void signOutAll(SignOutAllRequest request, StreamObserver<SignOutAllResponse> observer) {
    calls.begin(observer, call -> call.ask(
        MailboxRequest.newBuilder().setRevoke(Revoke.getDefaultInstance()),
        response -> call.reply(SignOutAllResponse.getDefaultInstance())));
  }

  private static ListDevicesResponse devices(Devices known) {
    ListDevicesResponse.Builder devices = ListDevicesResponse.newBuilder();
    known.getDevicesList().forEach(device -> devices.addDevices(device(device)));
    return devices.build();
  }

  private static Device device(KnownDevice known) {
    Device.Builder device = Device.newBuilder()
        .setDeviceId(known.getDeviceId())
        .setRegisteredTime(timestamp(known.getRegisteredMicros()))
        .setName(known.getName());
    if (known.getLastSeenMicros() != 0) {
      device.setLastSeenTime(timestamp(known.getLastSeenMicros()));
    }
    return device.build();
  }

  static Timestamp timestamp(long micros) {
    return Timestamp.newBuilder()
        .setSeconds(Math.floorDiv(micros, 1_000_000L))
        .setNanos((int) Math.floorMod(micros, 1_000_000L) * 1000)
        .build();
  }
}
