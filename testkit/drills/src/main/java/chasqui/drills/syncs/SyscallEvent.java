package chasqui.drills.syncs;

import java.util.List;

/// One system call of the node that matters here. `began` and `ended` are places in the tracer's one order of events.
sealed interface SyscallEvent {

  long began();

  long ended();

  /// Bytes went into a file of the write-ahead log, holding entries under these ids (hexadecimal).
  record LogWritten(long began, long ended, String file, List<String> ids) implements SyscallEvent {}

  /// A file's content was synced.
  record Synced(long began, long ended, String file) implements SyscallEvent {}

  /// Bytes went out on a socket, holding acks for these ids (hexadecimal).
  record AcksSent(long began, long ended, List<String> ids) implements SyscallEvent {}
}
