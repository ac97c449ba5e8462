package chasqui.drills.fuzz.input;

import java.util.Arrays;

/// Decisions read off the bytes of an input, in order. When they are used up every further one is 0, so that any bytes
/// are an input.
public final class Choices {

  private final byte[] bytes;
  private int at;

  public Choices(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  public boolean isOver() {
    return at >= bytes.length;
  }

  /// From 0 to 255.
  public int next() {
    return isOver() ? 0 : bytes[at++] & 0xFF;
  }

  /// So many bytes as they are, fewer if there are no more.
  public byte[] take(int count) {
    int from = Math.min(at, bytes.length);
    at = Math.min(from + count, bytes.length);
    return Arrays.copyOfRange(bytes, from, at);
  }

  /// A number of so many bytes, the highest first.
  public long number(int count) {
    long number = 0;
    for (int i = 0; i < count; i++) {
      number = number << 8 | next();
    }
    return number;
  }
}
