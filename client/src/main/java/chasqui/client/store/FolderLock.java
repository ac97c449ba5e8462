package chasqui.client.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Keeps a second client out of a data folder: two would give the same counters to different messages.
final class FolderLock {
  private static final int HOLDER_BYTES_MAX = 64;

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  static FolderLock take(Path folder) {
    try {
      Files.createDirectories(folder);
      var channel = FileChannel.open(
          folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        var holder = holder(channel);
        channel.close();
        throw new DataFolderInUseException("the data folder " + folder + " is in use by another client"
            + (holder.isEmpty() ? "" : " (process " + holder + ")")
            + "; end that one, or use another folder and device");
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)), 0);
      return new FolderLock(channel);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock the data folder " + folder, e);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false;
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    var buffer = ByteBuffer.allocate(HOLDER_BYTES_MAX);
    channel.read(buffer, 0);
    return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII).replaceAll("[^0-9]", "");
  }

  void release() {
    try {
      channel.close();
    } catch (IOException _) {
      // The lock ends with the process at the latest.
    }
  }
}
