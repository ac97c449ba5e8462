package chasqui.registry;

import chasqui.registry.UserEntry.DeviceEntry;
import chasqui.registry.v1.Session;

/// One session: a stream of a device on an edge. Guarded by the directory's lock.
final class SessionEntry {

  final long sessionId;
  final EdgePeer edge;
  final DeviceEntry device;
  final long connectNumber;
  // The announcement that waits for its answer.
  long requestId;
  boolean confirmed;
  // Notices that must be taken before the session is confirmed.
  int noticesAwaited;
  // The edge's link broke since the session was last announced.
  boolean lost;
  boolean removed;

  SessionEntry(long sessionId, EdgePeer edge, DeviceEntry device, long connectNumber) {
    this.sessionId = sessionId;
    this.edge = edge;
    this.device = device;
    this.connectNumber = connectNumber;
  }

  UserEntry user() {
    return device.user;
  }

  Session describe() {
    return Session.newBuilder()
        .setEdgeNodeId(edge.nodeId())
        .setEdgeIncarnation(edge.incarnation())
        .setSessionId(sessionId)
        .setDeviceId(device.deviceId)
        .build();
  }
}
