package chasqui.drills.faults.sweep;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;

/// A request that is in order but for one field.
record Probe(FieldPath path, Own own, Object tried) {

  // Where a type holds itself, filling ends.
  private static final int DEPTH_MAX = 8;

  byte[] bytes() {
    return fill(path.root(), 0, true).toByteArray();
  }

  /// @param onPath whether the path leads through this message
  private DynamicMessage fill(Descriptor type, int depth, boolean onPath) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      boolean here = onPath && path.passes(depth, field);
      if (!here && isLeftOut(type, field, depth, onPath)) {
        continue;
      }
      Object value = value(field, depth, here);
      if (field.isRepeated()) {
        message.addRepeatedField(field, value);
      } else {
        message.setField(field, value);
      }
    }
    return message.build();
  }

  /// Of a choice the path's member is taken, otherwise the first; nothing is put in that may be left out.
  private boolean isLeftOut(Descriptor type, FieldDescriptor field, int depth, boolean onPath) {
    var choice = field.getRealContainingOneof();
    if (choice != null) {
      boolean taken = onPath && depth < path.fields().size()
          && choice.equals(path.fields().get(depth).getRealContainingOneof());
      return taken || field.getIndex() != choice.getField(0).getIndex() || !field.getContainingType().equals(type);
    }
    if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && depth >= DEPTH_MAX) {
      return true;
    }
    return switch (field.getName()) {
      case "mentioned_users", "reply_to_seq", "sha256", "page_size", "after" -> true;
      default -> false;
    };
  }

  private Object value(FieldDescriptor field, int depth, boolean here) {
    if (here && depth == path.fields().size() - 1) {
      return typed(field, tried);
    }
    if (field.isRepeated() && FieldKind.of(field).filter(kind -> kind == FieldKind.USER).isPresent()) {
      // Lists of users are of those who are to come in.
      return typed(field, own.newcomer());
    }
    return switch (field.getJavaType()) {
      case MESSAGE -> fill(field.getMessageType(), depth + 1, here);
      case STRING, BYTE_STRING -> typed(field, own.of(FieldKind.of(field).orElse(FieldKind.CONTENT)));
      case ENUM -> enumValue(field);
      case BOOLEAN -> true;
      case INT -> 1;
      case LONG -> 1L;
      case FLOAT -> 1f;
      case DOUBLE -> 1d;
    };
  }

  /// Not the first that means something, which as a rule is how things are already.
  private static EnumValueDescriptor enumValue(FieldDescriptor field) {
    return field.getEnumType().getValues().get(Math.min(2, field.getEnumType().getValues().size() - 1));
  }

  private static Object typed(FieldDescriptor field, Object value) {
    boolean isString = field.getJavaType() == FieldDescriptor.JavaType.STRING;
    return switch (value) {
      case String text when !isString -> ByteString.copyFromUtf8(text);
      case ByteString bytes when isString -> bytes.toStringUtf8();
      default -> value;
    };
  }
}
