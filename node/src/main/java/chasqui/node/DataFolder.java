package chasqui.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What the node itself keeps in its data folder, beside the store and the keys: how to find it.
///
/// `client.properties` names the addresses, `node.pid` the process, `ops.secret` what the operators' port
/// takes for whoever may read this folder; all only while it serves.
public record DataFolder(Path path) {

  private static final String ADDRESSES = "client.properties";
  private static final String PID = "node.pid";
  private static final String SECRET = "ops.secret";

  /// Where a running node can be reached: `HOST:PORT` each.
  ///
  /// @param authority what clients must trust to reach the edge by TLS; empty without TLS
  public record Addresses(String edge, String ops, String authority) {}

  /// Makes the folder, for its owner alone, if it is not there.
  public void create() {
    try {
      if (Files.isDirectory(path)) {
        return;
      }
      if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createDirectories(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectories(path);
      }
    } catch (IOException e) {
      throw new StartException("the data folder " + path + " cannot be made: " + e, e);
    }
  }

  /// Tells clients and commands on this machine where the node is.
  public void publish(Addresses addresses, long pid) {
    write(PID, pid + "\n");
    write(ADDRESSES, "# Where the node on this folder serves; written at its start.\n"
        + "edge = " + addresses.edge() + "\nops = " + addresses.ops() + "\nca = " + addresses.authority() + "\n");
  }

  /// Writes down, for the owner alone, what proves that somebody may read this folder.
  public void keep(String secret) {
    Path draft = path.resolve(SECRET + ".new");
    try {
      Files.deleteIfExists(draft);
      if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Files.writeString(draft, secret + "\n");
      Files.move(draft, path.resolve(SECRET), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new StartException("the data folder " + path + " cannot be written to: " + e, e);
    }
  }

  /// What the node on this folder takes as proof.
  public String secret() throws IOException {
    return Files.readString(path.resolve(SECRET)).strip();
  }

  /// Takes that back.
  public void withdraw() {
    try {
      Files.deleteIfExists(path.resolve(ADDRESSES));
      Files.deleteIfExists(path.resolve(PID));
      Files.deleteIfExists(path.resolve(SECRET));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Where the node on this folder serves, or served when it was killed.
  public Optional<Addresses> addresses() {
    Map<String, String> values = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(path.resolve(ADDRESSES))) {
        int equals = line.indexOf('=');
        if (equals > 0 && !line.startsWith("#")) {
          values.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
        }
      }
    } catch (IOException absent) {
      return Optional.empty();
    }
    return values.containsKey("edge") && values.containsKey("ops")
        ? Optional.of(new Addresses(values.get("edge"), values.get("ops"), values.getOrDefault("ca", "")))
        : Optional.empty();
  }

  private void write(String name, String text) {
    try {
      Path draft = path.resolve(name + ".new");
      Files.writeString(draft, text);
      Files.move(draft, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new StartException("the data folder " + path + " cannot be written to: " + e, e);
    }
  }
}
