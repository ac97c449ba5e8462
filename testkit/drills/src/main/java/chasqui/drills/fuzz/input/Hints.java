package chasqui.drills.fuzz.input;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// What a peer knows or guesses: values that reach further than random ones. Inputs name them by number, so they are only
/// ever added to, at the end; {@link Known} stays as many as it is.
public final class Hints {

  private static final int ID_BYTES = 20;
  private static final List<String> NOT_UTF8 = List.of("c3", "c0af", "eda080", "f5808080", "fffe");
  private static final long[] FIXED = {
      0, 1, 2, 3, 99, 100, 101, Integer.MAX_VALUE, 1L << 31, (1L << 32) - 1, 1L << 32, 1L << 53, 1L << 60, Long.MAX_VALUE,
      Long.MIN_VALUE, -1};

  /// What depends on where the input is played.
  ///
  /// @param conversations the peer's group, its 1:1 conversation, and one that is not its own
  /// @param tokens one that is good, one that has ended
  /// @param head of the peer's group
  public record Known(List<String> conversations, Supplier<List<String>> tokens, LongSupplier head) {

    /// Nothing but names.
    public static final Known NOTHING =
        new Known(List.of("group", "direct", "theirs"), () -> List.of("token", "old token"), () -> 1);
  }

  private final Known known;
  private final List<Supplier<byte[]>> texts = new ArrayList<>();
  private long counter;

  public Hints(Known known) {
    this.known = known;
    known.conversations().forEach(this::text);
    texts.add(() -> id(++counter));
    texts.add(() -> id(counter));
    List.of("zora", "anna", "bela", "nobody", "phone-0", "tablet").forEach(this::text);
    texts.add(() -> utf8(known.tokens().get().get(0)));
    texts.add(() -> utf8(known.tokens().get().get(1)));
    List.of("", "\uD83D\uDC4D", "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67", "service.billing", "../%00\r\n\u202E").forEach(this::text);
    NOT_UTF8.forEach(hex -> texts.add(() -> HexFormat.of().parseHex(hex)));
    List.of(64, 65, 128, 129, 4096, 4097).forEach(length -> text("x".repeat(length)));
  }

  private void text(String text) {
    byte[] bytes = utf8(text);
    texts.add(() -> bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// As the SDK makes them, without the chance.
  private static byte[] id(long number) {
    return ByteBuffer.allocate(ID_BYTES).putLong(number).array();
  }

  byte[] text(int which) {
    return texts.get(which % texts.size()).get();
  }

  long number(int which) {
    int at = which % (FIXED.length + 2);
    return at < FIXED.length ? FIXED[at] : known.head().getAsLong() + at - FIXED.length;
  }
}
