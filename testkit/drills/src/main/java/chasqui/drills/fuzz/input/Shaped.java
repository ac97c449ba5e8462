package chasqui.drills.fuzz.input;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// Writes messages of a type as choices say. Each choice of a field is the number that the schema gives it, so that any
/// change of an input stays a message of the type, and new fields are filled without anyone remembering. What is written is
/// not always lawful: values of any length, text that is no UTF-8, fields that nobody knows, thousands of repeats.
public final class Shaped {

  private static final int END = 0;
  private static final int UNKNOWN = 30;
  private static final int REPEAT = 31;
  private static final int DEPTH_MAX = 200;
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final Hints hints;
  private final int bytesMax;

  /// @param bytesMax where a message stops growing
  public Shaped(Hints hints, int bytesMax) {
    this.hints = hints;
    this.bytesMax = bytesMax;
  }

  public byte[] message(Descriptor type, Choices choices) {
    return message(type, choices, 0);
  }

  private byte[] message(Descriptor type, Choices choices, int depth) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] last = {};
    while (!choices.isOver() && out.size() < bytesMax) {
      int number = choices.next();
      FieldDescriptor field = type.findFieldByNumber(number);
      if (field != null) {
        last = field(field, choices, depth);
      } else if (number == REPEAT) {
        last = repeated(last, 1 << (choices.next() & 15), bytesMax - out.size());
      } else if (number == UNKNOWN) {
        last = unknown(choices);
      } else if (number == END || number > REPEAT) {
        break;
      }
      out.writeBytes(last);
    }
    return out.toByteArray();
  }

  private byte[] field(FieldDescriptor field, Choices choices, int depth) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    switch (field.getType()) {
      case STRING, BYTES -> lengthDelimited(out, field.getNumber(), text(choices));
      case MESSAGE, GROUP -> lengthDelimited(out, field.getNumber(),
          depth < DEPTH_MAX ? message(field.getMessageType(), choices, depth + 1) : new byte[0]);
      case DOUBLE, FIXED64, SFIXED64 -> fixed(out, field.getNumber(), FIXED64, number(choices), Long.BYTES);
      case FLOAT, FIXED32, SFIXED32 -> fixed(out, field.getNumber(), FIXED32, number(choices), Integer.BYTES);
      default -> {
        varint(out, (long) field.getNumber() << 3 | VARINT);
        varint(out, field.getJavaType() == JavaType.ENUM ? choices.next() : number(choices));
      }
    }
    return out.toByteArray();
  }

  private static byte[] unknown(Choices choices) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int field = 1 + choices.next();
    switch (choices.next() & 3) {
      case 0 -> {
        varint(out, (long) field << 3 | VARINT);
        varint(out, choices.next());
      }
      case 1 -> lengthDelimited(out, field, choices.take(choices.next()));
      case 2 -> fixed(out, field, FIXED64, choices.next(), Long.BYTES);
      // The begin or the end of a group, or a wire type that does not exist.
      default -> varint(out, (long) field << 3 | choices.next() & 7);
    }
    return out.toByteArray();
  }

  private byte[] text(Choices choices) {
    int choice = choices.next();
    if (choice < 128) {
      return hints.text(choice);
    }
    if (choice < 240) {
      return choices.take(choice - 128);
    }
    byte[] text = new byte[Math.min(bytesMax, 1 << (choice - 240 + 2))];
    Arrays.fill(text, (byte) choices.next());
    return text;
  }

  private long number(Choices choices) {
    int choice = choices.next();
    if (choice < 64) {
      return choice;
    }
    return choice < 128 ? hints.number(choice - 64) : choices.number(1 + (choice & 7));
  }

  private static byte[] repeated(byte[] one, int times, int bytesMax) {
    int count = one.length == 0 ? 0 : Math.min(times, bytesMax / one.length);
    byte[] all = new byte[count * one.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = one[i % one.length];
    }
    return all;
  }

  private static void lengthDelimited(ByteArrayOutputStream out, int field, byte[] value) {
    varint(out, (long) field << 3 | LENGTH_DELIMITED);
    varint(out, value.length);
    out.writeBytes(value);
  }

  private static void fixed(ByteArrayOutputStream out, int field, int wireType, long value, int bytes) {
    varint(out, (long) field << 3 | wireType);
    for (int i = 0; i < bytes; i++) {
      out.write((int) (value >>> 8 * i));
    }
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
