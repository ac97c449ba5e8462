package chasqui.client.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// The client's own folder: `device` holds the name of this machine's device, `users/u-NAME/d-DEVICE/` the outbox and
/// positions of one user on one device.
final class ClientHome {
  private static final int DEVICE_BYTES = 4;

  private final Path folder;

  private ClientHome(Path folder) {
    this.folder = folder;
  }

  /// Opens the folder; where there is none it is made, for its owner alone: it holds what was written and not sent yet.
  static ClientHome open(Path folder) {
    try {
      if (!Files.isDirectory(folder)) {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
          var ownerOnly = PosixFilePermissions.fromString("rwx------");
          Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(ownerOnly));
        } else {
          Files.createDirectories(folder);
        }
      }
      return new ClientHome(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the home folder " + folder, e);
    }
  }

  /// The device name of this home, made at its first use.
  String device(RandomGenerator random) {
    var file = folder.resolve("device");
    try {
      if (!Files.exists(file)) {
        var bytes = new byte[DEVICE_BYTES];
        random.nextBytes(bytes);
        keep(file, "cli-" + HexFormat.of().formatHex(bytes) + "\n");
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the home folder " + folder, e);
    }
  }

  /// Puts the whole file in its place at once, unless another client was quicker.
  private void keep(Path file, String content) throws IOException {
    var fresh = Files.writeString(Files.createTempFile(folder, "device", ".new"), content);
    try {
      Files.move(fresh, file);
    } catch (FileAlreadyExistsException _) {
      Files.delete(fresh);
    }
  }

  /// Where one user's state on one device lives. The leading letters keep "." and ".." from meaning anything.
  Path state(String user, String device) {
    return folder.resolve("users").resolve("u-" + URLEncoder.encode(user, StandardCharsets.UTF_8)).resolve("d-" + device);
  }
}
