package chasqui.envoy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// The file that Envoy watches: `edges.json` in a folder, replaced by rename, so that Envoy sees the old list or the new
/// one and never half of it, also after a power cut.
final class EndpointsFile {

  private final Path file;
  private final Path next;

  EndpointsFile(Path folder) {
    file = folder.resolve("edges.json");
    // A name of this process: two that write the same folder do not write into each other.
    next = folder.resolve(".edges.json." + ProcessHandle.current().pid());
  }

  /// Makes an empty list if there is none. The folder is made, too.
  void createEmpty() throws IOException {
    Files.createDirectories(file.getParent());
    if (Files.notExists(file)) {
      write(Assignment.of(List.of(), Transport.TLS));
    }
  }

  /// Replaces the list, unless it says the same already.
  ///
  /// @return whether it was replaced
  boolean replace(Assignment assignment) throws IOException {
    if (Files.exists(file) && Files.readString(file).equals(assignment.text())) {
      return false;
    }
    write(assignment);
    return true;
  }

  private void write(Assignment assignment) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(assignment.text());
    try (FileChannel channel = FileChannel.open(
        next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
