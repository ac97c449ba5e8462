package chasqui.drills.fuzz.input;

import java.util.Arrays;

/// Spoils a message that was good.
final class Damage {

  private Damage() {}

  static byte[] done(byte[] good, Choices choices) {
    int kind = choices.next();
    int place = good.length == 0 ? 0 : (int) (choices.number(2) % good.length);
    return switch (kind & 3) {
      case 0 -> Arrays.copyOf(good, place);
      case 1 -> {
        byte[] changed = good.clone();
        if (changed.length > 0) {
          changed[place] = (byte) choices.next();
        }
        yield changed;
      }
      case 2 -> with(good, place, choices.take(1 + (kind >> 2)));
      default -> with(good, good.length, good);
    };
  }

  private static byte[] with(byte[] good, int place, byte[] more) {
    byte[] all = new byte[good.length + more.length];
    System.arraycopy(good, 0, all, 0, place);
    System.arraycopy(more, 0, all, place, more.length);
    System.arraycopy(good, place, all, place + more.length, good.length - place);
    return all;
  }
}
