package chasqui.discovery;

/// The fixed division of conversations and users into slots. N is a property of the data set and never changes.
///
/// The hash is part of the stored contract: FNV-1a over the UTF-16 units, finished with the 64-bit mixer of SplitMix.
///
/// @param count N; a power of two from 1 to 65,536
public record Slots(int count) {

  /// N of a new data set.
  public static final int DEFAULT_COUNT = 1024;

  public Slots {
    if (count < 1 || count > 65_536 || Integer.bitCount(count) != 1) {
      throw new IllegalArgumentException("slots must be a power of two from 1 to 65536, got " + count);
    }
  }

  /// The slot of a conversation or user id: 0 to `count - 1`.
  public int of(String id) {
    return (int) (hash(id) & (count - 1));
  }

  static long hash(String id) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
    }
    return mix(hash);
  }

  static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
