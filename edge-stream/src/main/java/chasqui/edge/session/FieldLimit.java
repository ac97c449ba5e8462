package chasqui.edge.session;

import build.buf.validate.BytesRules;
import build.buf.validate.FieldRules;
import build.buf.validate.RepeatedRules;
import build.buf.validate.StringRules;
import build.buf.validate.ValidateProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;

/// The size that the schema allows a field: bytes of a string or bytes field, items of a repeated one.
///
/// @param min at least
/// @param max at most
record FieldLimit(long min, long max) {

  static final FieldLimit NONE = new FieldLimit(0, Long.MAX_VALUE);

  /// Reads the rules that stand beside a field.
  ///
  /// @throws IllegalStateException where there are rules that are more than a size: only the schema's own validator
  ///     knows them all
  static FieldLimit of(Descriptor message, String field) {
    FieldRules rules = rulesOf(message.findFieldByName(field));
    StringRules string = rules.getString();
    BytesRules bytes = rules.getBytes();
    RepeatedRules repeated = rules.getRepeated();
    FieldLimit limit = switch (rules.getTypeCase()) {
      case STRING -> new FieldLimit(string.getMinBytes(), string.hasMaxBytes() ? string.getMaxBytes() : Long.MAX_VALUE);
      case BYTES -> bytes.hasLen()
          ? new FieldLimit(bytes.getLen(), bytes.getLen())
          : new FieldLimit(bytes.getMinLen(), bytes.hasMaxLen() ? bytes.getMaxLen() : Long.MAX_VALUE);
      case REPEATED -> new FieldLimit(repeated.getMinItems(), repeated.hasMaxItems() ? repeated.getMaxItems() : Long.MAX_VALUE);
      default -> NONE;
    };
    FieldRules.Builder beyond = rules.toBuilder();
    switch (rules.getTypeCase()) {
      case STRING -> beyond.setString(string.toBuilder().clearMinBytes().clearMaxBytes());
      case BYTES -> beyond.setBytes(bytes.toBuilder().clearLen().clearMinLen().clearMaxLen());
      case REPEATED -> beyond.setRepeated(repeated.toBuilder().clearMinItems().clearMaxItems());
      default -> { }
    }
    if (!beyond.build().equals(empty(rules))) {
      throw new IllegalStateException("more than a size is asked of " + message.getFullName() + "." + field);
    }
    return limit;
  }

  /// Whether the schema asks anything of a field.
  static boolean isFree(FieldDescriptor field) {
    return !field.getOptions().hasExtension(ValidateProto.field);
  }

  boolean allows(long size) {
    return size >= min && size <= max;
  }

  /// Whether the UTF-8 form of a text surely has an allowed size; false only says that it has to be counted.
  boolean allows(String text) {
    return text.length() * 3L <= max && text.length() >= min || allows(utf8Length(text));
  }

  private static long utf8Length(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // A surrogate pair is two chars of two bytes each.
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }

  private static FieldRules rulesOf(FieldDescriptor field) {
    return field.getOptions().getExtension(ValidateProto.field);
  }

  private static FieldRules empty(FieldRules like) {
    FieldRules.Builder empty = FieldRules.newBuilder();
    return switch (like.getTypeCase()) {
      case STRING -> empty.setString(StringRules.getDefaultInstance()).build();
      case BYTES -> empty.setBytes(BytesRules.getDefaultInstance()).build();
      case REPEATED -> empty.setRepeated(RepeatedRules.getDefaultInstance()).build();
      default -> empty.build();
    };
  }
}
