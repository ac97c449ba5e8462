package chasqui.client;

import chasqui.device.v1.Device;
import chasqui.device.v1.DeviceServiceGrpc;
import chasqui.device.v1.ListDevicesRequest;
import chasqui.device.v1.ListDevicesResponse;
import chasqui.device.v1.RenameDeviceRequest;
import chasqui.device.v1.SignOutAllRequest;
import chasqui.device.v1.SignOutDeviceRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// The user's own devices. A failed future holds a [ChasquiException].
public final class Devices {
  private final UnaryCalls calls;

  Devices(UnaryCalls calls) {
    this.calls = calls;
  }

  public CompletableFuture<List<Device>> list() {
    return calls.call(DeviceServiceGrpc.getListDevicesMethod(), ListDevicesRequest.getDefaultInstance())
        .thenApply(ListDevicesResponse::getDevicesList);
  }

  /// Gives a device another name: 1 to 64 characters.
  public CompletableFuture<Void> rename(String deviceId, String name) {
    var request = RenameDeviceRequest.newBuilder().setDeviceId(deviceId).setName(name).build();
    return calls.call(DeviceServiceGrpc.getRenameDeviceMethod(), request).thenAccept(_ -> {});
  }

  /// Ends a device's streams and its tokens issued before now.
  public CompletableFuture<Void> signOut(String deviceId) {
    var request = SignOutDeviceRequest.newBuilder().setDeviceId(deviceId).build();
    return calls.call(DeviceServiceGrpc.getSignOutDeviceMethod(), request).thenAccept(_ -> {});
  }

  /// Signs every device of the user out, this one too.
  public CompletableFuture<Void> signOutAll() {
    return calls.call(DeviceServiceGrpc.getSignOutAllMethod(), SignOutAllRequest.getDefaultInstance())
        .thenAccept(_ -> {});
  }
}
