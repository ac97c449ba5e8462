package chasqui.mailbox.store.portable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// What stands around the frames of an export.
final class ExportFormat {
  /// The only one so far.
  static final int VERSION = 1;

  /// Length and CRC-32C of a frame's body, 4 bytes each, big-endian.
  static final int FRAME_HEAD_BYTES = 8;

  /// A longer frame is a damaged length.
  static final int FRAME_BYTES_MAX = 4 << 20;

  private ExportFormat() {}

  /// What a file begins with. The line break shows a transfer that changed it.
  static byte[] magic() {
    return "chasqui\n".getBytes(StandardCharsets.US_ASCII);
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
