package chasqui.mailbox.store.embedded;

import chasqui.mailbox.store.portable.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/// Folders with files: deleted, listed, copied with a sum.
final class FileTree {
  private static final int BUFFER_BYTES = 1 << 20;

  private FileTree() {}

  /// Deletes a folder and all in it, if it is there.
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> paths = Files.walk(folder)) {
      all = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }

  /// The files of a folder, by name.
  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /// Copies many files one after the other, and tells how far it is.
  static final class Copying {
    private final String what;
    private final long total;
    private final Progress progress;
    private long done;

    Copying(String what, long total, Progress progress) {
      this.what = what;
      this.total = total;
      this.progress = progress;
    }

    /// Copies a file; durable when it returns. Gives the CRC-32C of its bytes.
    int copy(Path from, Path to) throws IOException {
      CRC32C sum = new CRC32C();
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
      try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
          FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        while (in.read(buffer.clear()) >= 0) {
          done += buffer.position();
          sum.update(buffer.flip().duplicate());
          while (buffer.hasRemaining()) {
            out.write(buffer);
          }
          progress.at(what, Math.min(done, total), total);
        }
        out.force(true);
      }
      return (int) sum.getValue();
    }
  }
}
