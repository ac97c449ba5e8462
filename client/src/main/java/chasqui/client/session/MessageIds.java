package chasqui.client.session;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/// The ids that make sends repeatable: a counter of the device, 8 bytes big-endian, and 96 random bits.
public final class MessageIds {
  /// How long an id is.
  public static final int BYTES = 20;

  private static final int RANDOM_BYTES = 12;

  private MessageIds() {}

  static ByteString next(long counter, RandomGenerator random) {
    var tail = new byte[RANDOM_BYTES];
    random.nextBytes(tail);
    return ByteString.copyFrom(ByteBuffer.allocate(BYTES).putLong(counter).put(tail).flip());
  }

  /// The counter in an id.
  public static long counter(ByteString id) {
    if (id.size() != BYTES) {
      throw new IllegalArgumentException("an id has " + BYTES + " bytes, this one has " + id.size());
    }
    return id.asReadOnlyByteBuffer().getLong();
  }
}
