package chasqui.mailbox.store.embedded;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The parts of a stored key, read in turn.
final class KeyParts {
  private final ByteBuffer key;

  KeyParts(byte[] key) {
    this.key = ByteBuffer.wrap(key);
  }

  /// A name that something follows.
  String name() {
    byte[] encoded = new byte[Byte.toUnsignedInt(key.get())];
    key.get(encoded);
    return new String(encoded, StandardCharsets.UTF_8);
  }

  /// The name that ends the key.
  String lastName() {
    return new String(rest(), StandardCharsets.UTF_8);
  }

  byte[] rest() {
    byte[] bytes = new byte[key.remaining()];
    key.get(bytes);
    return bytes;
  }

  int octet() {
    return key.get();
  }

  int day() {
    return key.getInt();
  }

  int invertedPeriod() {
    return Integer.MAX_VALUE - key.getInt();
  }

  long number() {
    return key.getLong();
  }

  boolean isAtEnd() {
    return !key.hasRemaining();
  }
}
