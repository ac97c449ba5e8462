package chasqui.mailbox.store.embedded;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Builds the keys that `package-info.java` lists. Reused for one key after the other; not for several threads.
///
/// A string that something follows carries its length, so that one name never runs into the next; the last one of a key
/// stands bare, so that keys sort by it.
final class Key {
  private static final int NAME_BYTES_MAX = 255;
  private static final int KEY_BYTES_MAX = 4 * (NAME_BYTES_MAX + 1) + 64;

  private final byte[] bytes = new byte[KEY_BYTES_MAX];
  private int length;

  /// Of all entries of a conversation.
  Key log(String conversationId) {
    return start().name(conversationId);
  }

  Key log(String conversationId, long seq) {
    return log(conversationId).number(inverted(seq));
  }

  /// Of all changes of a conversation.
  Key changes(String conversationId) {
    return start().name(conversationId);
  }

  /// Of all changes of a message.
  Key changes(String conversationId, long targetSeq) {
    return changes(conversationId).number(targetSeq);
  }

  Key change(String conversationId, long targetSeq, long seq) {
    return changes(conversationId, targetSeq).number(seq);
  }

  Key conversation(String conversationId) {
    return start().last(conversationId);
  }

  /// Of all intervals of a conversation.
  Key memberships(String conversationId) {
    return start().name(conversationId);
  }

  /// Of all intervals of a user in a conversation.
  Key memberships(String conversationId, String userId) {
    return memberships(conversationId).name(userId);
  }

  Key membership(String conversationId, String userId, long joinSeq) {
    return memberships(conversationId, userId).number(joinSeq);
  }

  Key counter(String conversationId, String userId, String deviceId) {
    return start().name(conversationId).name(userId).last(deviceId);
  }

  Key id(String conversationId, String userId, String deviceId, boolean counted, byte[] id) {
    return start().name(conversationId).name(userId).name(deviceId).octet(counted ? 1 : 0).last(id);
  }

  /// Of all that a user joined.
  Key joined(String userId) {
    return start().name(userId);
  }

  Key joined(String userId, long stampMicros, String conversationId) {
    return joined(userId).number(stampMicros).last(conversationId);
  }

  /// Of all marks of a day.
  Key marks(int day) {
    return start().day(day);
  }

  /// Of all marks of a user on a day.
  Key marks(int day, String userId) {
    return marks(day).name(userId);
  }

  Key mark(int day, String userId, String conversationId) {
    return marks(day, userId).last(conversationId);
  }

  /// Of all lasting marks of a user.
  Key lastingMarks(String userId) {
    return start().name(userId);
  }

  /// Of all lasting marks of a user in a period.
  Key lastingMarks(String userId, int period) {
    return lastingMarks(userId).day(inverted(period));
  }

  Key lastingMark(String userId, int period, String conversationId) {
    return lastingMarks(userId, period).last(conversationId);
  }

  Key cursor(String userId, String deviceId, String conversationId) {
    return start().name(userId).name(deviceId).last(conversationId);
  }

  Key delivered(String conversationId, String userId) {
    return start().name(conversationId).name(userId).octet('d');
  }

  Key read(String conversationId, String userId) {
    return start().name(conversationId).name(userId).octet('r');
  }

  Key user(String userId) {
    return start().name(userId);
  }

  /// Of all devices of a user. Longer than the key of the user's own row.
  Key devices(String userId) {
    return user(userId).octet('d');
  }

  Key device(String userId, String deviceId) {
    return devices(userId).last(deviceId);
  }

  /// The key goes on with these bytes.
  Key then(byte[] suffix) {
    return last(suffix);
  }

  /// The key ends with this name.
  Key then(String name) {
    return last(name);
  }

  /// The first key after this one.
  Key next() {
    return octet(0);
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  void writeTo(ByteBuffer target) {
    target.put(bytes, 0, length);
  }

  static long seqOfLogKey(byte[] key) {
    return inverted(ByteBuffer.wrap(key).getLong(key.length - Long.BYTES));
  }

  static int dayOfMarkKey(byte[] key) {
    return ByteBuffer.wrap(key).getInt(0);
  }

  /// The period of a lasting mark, behind what all marks of the user begin with.
  static int periodOfLastingMark(byte[] key, int prefixLength) {
    return inverted(ByteBuffer.wrap(key).getInt(prefixLength));
  }

  /// The name that the key begins with.
  static String firstName(byte[] key) {
    return new String(key, 1, Byte.toUnsignedInt(key[0]), StandardCharsets.UTF_8);
  }

  /// The name that follows what the key begins with.
  static String nameAfter(byte[] key, int prefixLength) {
    return new String(key, prefixLength, key.length - prefixLength, StandardCharsets.UTF_8);
  }

  static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  /// Newest first, so that the common read goes forward: backwards costs four times as much.
  private static long inverted(long seq) {
    return Long.MAX_VALUE - seq;
  }

  private static int inverted(int period) {
    return Integer.MAX_VALUE - period;
  }

  private Key start() {
    length = 0;
    return this;
  }

  private Key name(String name) {
    byte[] encoded = encode(name);
    octet(encoded.length);
    return append(encoded);
  }

  private Key last(String name) {
    return append(encode(name));
  }

  private Key last(byte[] value) {
    if (value.length > NAME_BYTES_MAX) {
      throw new IllegalArgumentException("a key part has " + value.length + " bytes, expected at most " + NAME_BYTES_MAX);
    }
    return append(value);
  }

  private static byte[] encode(String name) {
    byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
    if (encoded.length > NAME_BYTES_MAX) {
      throw new IllegalArgumentException("a name has " + encoded.length + " bytes, expected at most " + NAME_BYTES_MAX);
    }
    return encoded;
  }

  private Key append(byte[] part) {
    System.arraycopy(part, 0, bytes, length, part.length);
    length += part.length;
    return this;
  }

  private Key octet(int value) {
    bytes[length++] = (byte) value;
    return this;
  }

  private Key day(int day) {
    if (day < 0) {
      throw new IllegalArgumentException("day is " + day + ", expected not negative");
    }
    ByteBuffer.wrap(bytes).putInt(length, day);
    length += Integer.BYTES;
    return this;
  }

  private Key number(long value) {
    ByteBuffer.wrap(bytes).putLong(length, value);
    length += Long.BYTES;
    return this;
  }
}
