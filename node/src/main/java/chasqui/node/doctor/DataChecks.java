package chasqui.node.doctor;

import chasqui.node.DataFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The data folder: there, ours, alone, with room.
final class DataChecks {

  private static final long MIB = 1 << 20;
  private static final long WANTED_BYTES = 2048 * MIB;
  private static final long NEEDED_BYTES = 256 * MIB;

  private DataChecks() {}

  static Finding writable(Path data) {
    try {
      new DataFolder(data).create();
      Files.delete(Files.createTempFile(data, "doctor", ".tmp"));
      return Finding.ok("data folder", data + " can be written to");
    } catch (IOException | RuntimeException refused) {
      return Finding.fail("data folder", data + " cannot be written to (" + refused.getMessage() + "): give it to this user");
    }
  }

  /// Whether another process has the data open. A node that runs is in order, so this is no failure.
  static Finding alone(Path data) {
    Path lock = data.resolve("lock");
    if (!Files.exists(lock)) {
      return Finding.ok("data lock", "no node has the data open");
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock held = channel.tryLock()) {
      return held != null ? Finding.ok("data lock", "no node has the data open") : held(lock);
    } catch (OverlappingFileLockException ourselves) {
      return held(lock);
    } catch (IOException refused) {
      return Finding.fail("data lock", "the lock cannot be read: " + refused.getMessage());
    }
  }

  private static Finding held(Path lock) {
    String holder;
    try {
      holder = "process " + Files.readString(lock).strip();
    } catch (IOException unreadable) {
      holder = "another process";
    }
    return Finding.warn("data lock", holder + " has the data open: right if that is your node, since a second is refused");
  }

  static Finding space(Path data) {
    long free = data.toFile().getUsableSpace();
    String mib = free / MIB + " MiB free at " + data;
    if (free < NEEDED_BYTES) {
      return Finding.fail("space", mib + ": sends are refused below 256 MiB, so free some");
    }
    return free < WANTED_BYTES ? Finding.warn("space", mib + ": free some soon") : Finding.ok("space", mib);
  }
}
