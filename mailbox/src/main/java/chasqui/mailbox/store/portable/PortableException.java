package chasqui.mailbox.store.portable;

import java.nio.file.Path;

/// A data set cannot be written or read as a whole. The message is a sentence for the operator.
public final class PortableException extends Exception {
  private static final long serialVersionUID = 1L;

  public PortableException(String message, Throwable cause) {
    super(message, cause);
  }

  public PortableException(String message) {
    super(message);
  }

  /// What an operating system says, as a sentence that names the file.
  public static PortableException io(Path file, Throwable failure) {
    String said = String.valueOf(failure.getMessage());
    boolean full = said.contains("No space left on device") || said.contains("Disk quota exceeded");
    return new PortableException(
        full ? "the disk of " + file + " is full: make room and try again" : file + " cannot be used: " + failure, failure);
  }
}
