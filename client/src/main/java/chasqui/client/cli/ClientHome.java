package chasqui.client.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// The client's own folder: `device` holds the name of this machine's device, `users/NAME/DEVICE/` the outbox and
/// positions of one user on one device.
final class ClientHome {
  private static final int DEVICE_BYTES = 4;

  private final Path folder;

  ClientHome(Path folder) {
    this.folder = folder;
  }

  /// The device name of this home, made at its first use.
  String device(RandomGenerator random) {
    var file = folder.resolve("device");
    try {
      Files.createDirectories(folder);
      if (!Files.exists(file)) {
        var bytes = new byte[DEVICE_BYTES];
        random.nextBytes(bytes);
        Files.writeString(file, "cli-" + HexFormat.of().formatHex(bytes) + "\n");
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the home folder " + folder, e);
    }
  }

  /// Where one user's state on one device lives.
  Path state(String user, String device) {
    // The leading letter keeps "." and ".." from meaning anything.
    return folder.resolve("users").resolve("u-" + URLEncoder.encode(user, StandardCharsets.UTF_8)).resolve(device);
  }
}
