package chasqui.client.cli;

/// Makes what others wrote harmless on a terminal: nothing in it can move the cursor, change colours, reverse the reading
/// order, or look like a line of its own.
final class PlainText {
  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
  private static final int ZERO_WIDTH_JOINER = 0x200D;
  private static final int FIRST_TAG = 0xE0020;
  private static final int LAST_TAG = 0xE007F;
  private static final char REPLACEMENT = '\uFFFD';
  private static final String CONTINUATION = "\n      | ";

  private PlainText() {}

  /// Text of several lines; each but the first is marked as a continuation.
  static String lines(String text) {
    return clean(text.replace("\r\n", "\n").replace('\r', '\n').stripTrailing(), CONTINUATION);
  }

  /// Text of one line: names and titles.
  static String line(String text) {
    return clean(text, " ");
  }

  private static String clean(String text, String newline) {
    var clean = new StringBuilder(text.length());
    text.codePoints().forEach(point -> {
      if (point == '\n') {
        clean.append(newline);
      } else if (point == '\t') {
        clean.append(' ');
      } else if (isHarmless(point)) {
        clean.appendCodePoint(point);
      } else {
        clean.append(REPLACEMENT);
      }
    });
    return clean.toString();
  }

  private static boolean isHarmless(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE,
          Character.UNASSIGNED, Character.PRIVATE_USE -> false;
      // Joiners and tags are parts of emoji and of some scripts; the others turn the reading order or hide text.
      case Character.FORMAT -> point == ZERO_WIDTH_JOINER || point == ZERO_WIDTH_NON_JOINER
          || point >= FIRST_TAG && point <= LAST_TAG;
      default -> true;
    };
  }
}
