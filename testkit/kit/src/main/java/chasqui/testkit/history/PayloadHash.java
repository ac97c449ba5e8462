package chasqui.testkit.history;

import java.nio.charset.StandardCharsets;

/// 64-bit FNV-1a of a message's content: histories carry hashes, never bodies.
public final class PayloadHash {
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private PayloadHash() {}

  public static long of(byte[] payload) {
    long hash = OFFSET;
    for (byte b : payload) {
      hash = (hash ^ (b & 0xff)) * PRIME;
    }
    return hash;
  }

  public static long of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }
}
