package chasqui.mailbox;

/// What a device may be called.
final class DeviceNames {

  static final int CHARACTERS_MAX = 64;

  private DeviceNames() {}

  static boolean isGood(String name) {
    int characters = name.codePointCount(0, name.length());
    return characters >= 1 && characters <= CHARACTERS_MAX && name.codePoints().allMatch(DeviceNames::isShown);
  }

  /// The first name of a device, from whatever its software calls itself.
  static String of(String software) {
    StringBuilder name = new StringBuilder();
    software.codePoints().filter(DeviceNames::isShown).limit(CHARACTERS_MAX).forEach(name::appendCodePoint);
    return name.toString().strip();
  }

  private static boolean isShown(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> false;
      default -> true;
    };
  }
}
