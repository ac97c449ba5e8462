package chasqui.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The processor time that a process has used, user and system, all threads. Linux: `/proc/PID/stat`, in ticks of 10 ms.
final class ProcessCpu {

  private static final long MICROS_PER_TICK = 10_000;
  // Fields 14 and 15 of stat(5); the command in field 2 may hold spaces, so fields are counted behind its bracket.
  private static final int USER_TIME = 11;
  private static final int SYSTEM_TIME = 12;

  private ProcessCpu() {}

  /// Microseconds used since the process began.
  static long micros(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME])) * MICROS_PER_TICK;
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot read the processor time of process " + pid, failure);
    }
  }
}
