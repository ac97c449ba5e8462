package chasqui.mailbox.store.portable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Writes a data set into a file. The same rows give the same bytes. What is cut short leaves `FILE.part`, and the next
/// export begins anew.
public final class Exporter {
  private static final int TELL_EVERY_ROWS = 1_024;

  private Exporter() {}

  /// Writes the file, which must not be there yet; returns how many rows it has.
  public static long export(DataSetSource source, Path out, Progress progress) throws PortableException {
    if (Files.exists(out)) {
      throw new PortableException(out + " is there already; an export overwrites nothing");
    }
    Path part = out.resolveSibling(out.getFileName() + ".part");
    try {
      long rows = write(source, part, progress);
      Files.move(part, out, StandardCopyOption.ATOMIC_MOVE);
      sync(out.toAbsolutePath().getParent());
      return rows;
    } catch (IOException e) {
      throw PortableException.io(out, e);
    }
  }

  private static long write(DataSetSource source, Path part, Progress progress) throws IOException, PortableException {
    Files.deleteIfExists(part);
    try (FileChannel file = create(part)) {
      ExportWriter writer = new ExportWriter(file, source.dataSet());
      source.read(row -> {
        try {
          writer.add(row);
        } catch (IOException e) {
          throw PortableException.io(part, e);
        }
        if (writer.rows() % TELL_EVERY_ROWS == 0) {
          progress.at("writing rows", writer.rows(), Math.max(source.rowsEstimated(), writer.rows()));
        }
      });
      writer.finish();
      progress.at("writing rows", writer.rows(), writer.rows());
      return writer.rows();
    }
  }

  /// For the owner alone: it holds everybody's messages, and the key of conversation ids.
  private static FileChannel create(Path file) throws IOException {
    Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? FileChannel.open(file, options, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
        : FileChannel.open(file, options);
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
      names.force(true);
    }
  }
}
