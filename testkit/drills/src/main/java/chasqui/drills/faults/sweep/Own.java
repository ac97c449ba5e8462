package chasqui.drills.faults.sweep;

import com.google.protobuf.ByteString;

/// What the attacker lawfully has: fills every field but the one that is tried.
///
/// @param peer an owner of the conversation beside the attacker
/// @param newcomer a user who is no member
/// @param repeat an id as sends on the stream need it; calls take it too
record Own(String conversation, String peer, String newcomer, String device, ByteString repeat) {

  Object of(FieldKind kind) {
    return switch (kind) {
      case CONVERSATION -> conversation;
      case USER -> peer;
      case DEVICE -> device;
      case REPEAT -> repeat;
      case PAGE, TOKEN -> "";
      case CONTENT -> "sweep";
    };
  }
}
