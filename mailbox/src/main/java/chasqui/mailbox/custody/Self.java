package chasqui.mailbox.custody;

import chasqui.store.v1.IncarnationRow;

/// Who this mailbox node is.
///
/// @param nodeId the name that stays over restarts
/// @param incarnation this life
/// @param address where it answers probes: a gRPC target, as in its node record
public record Self(String nodeId, String incarnation, String address) {

  IncarnationRow row(int stripes, long startedMicros) {
    return IncarnationRow.newBuilder()
        .setIncarnation(incarnation)
        .setNodeId(nodeId)
        .setAddress(address)
        .setStripes(stripes)
        .setStartedMicros(startedMicros)
        .build();
  }
}
