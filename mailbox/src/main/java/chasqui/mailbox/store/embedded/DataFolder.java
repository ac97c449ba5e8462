package chasqui.mailbox.store.embedded;

import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.StoreOpenException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The folder of a data set, held by one store at a time: `lock` (with the holder's process id), `rocksdb/`, `native/`.
///
/// The operating system ends the lock with the process, so a crash leaves nothing to clean up.
final class DataFolder implements AutoCloseable {
  private static final String DATABASE = "rocksdb";

  /// Held by this process. Asked before the lock file is touched: on Linux, closing a second channel of a file would
  /// release the lock that this process holds through the first.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private DataFolder(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  static DataFolder lock(Path asked) throws StoreOpenException {
    try {
      create(asked);
      Path folder = asked.toRealPath();
      if (!HELD.add(folder)) {
        throw inUse(folder, "this process (" + ProcessHandle.current().pid() + "), which has it open already");
      }
      try {
        return lockFile(folder);
      } catch (IOException | StoreOpenException | RuntimeException e) {
        HELD.remove(folder);
        throw e;
      }
    } catch (IOException e) {
      throw new StoreOpenException(
          Reason.UNREADABLE,
          "the data folder " + asked + " cannot be used, expected a folder that this user may write: " + e,
          e);
    }
  }

  /// Holds a folder that has a database.
  static DataFolder lockExisting(Path asked) throws StoreOpenException {
    if (!Database.exists(asked.resolve(DATABASE))) {
      throw new StoreOpenException(Reason.NOT_A_DATA_SET, "there is no data set in " + asked);
    }
    return lock(asked);
  }

  Path database() {
    return folder.resolve(DATABASE);
  }

  /// Where checkpoints wait to be copied into a backup.
  Path checkpoints() {
    return folder.resolve("checkpoints");
  }

  Path nativeLibrary() {
    return folder.resolve("native");
  }

  private static void create(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(folder);
    }
    syncFolder(folder.toAbsolutePath().getParent());
  }

  /// Makes the names in a folder durable.
  static void syncFolder(Path folder) throws IOException {
    if (folder != null) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static DataFolder lockFile(Path folder) throws IOException, StoreOpenException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        throw inUse(folder, holder(channel));
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
      return new DataFolder(folder, channel);
    } catch (IOException | StoreOpenException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static StoreOpenException inUse(Path folder, String holder) {
    return new StoreOpenException(
        Reason.IN_USE, "the data folder " + folder + " is in use by " + holder + ", expected one process at a time");
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(32);
    channel.read(content, 0);
    String pid = new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII).strip();
    return pid.matches("[0-9]{1,18}") ? "process " + pid : "another process";
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException("the lock of " + folder + " was not released", e);
    } finally {
      HELD.remove(folder);
    }
  }
}
