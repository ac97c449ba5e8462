package chasqui.drills.faults.sweep;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// An answer without what lawfully differs between two attempts: the ids that were given, and numbers. What stays equal
/// tells an attacker nothing.
final class Blurred {

  private final List<String> given;

  /// @param given what the attacker gave, which may come back
  Blurred(List<String> given) {
    this.given = given;
  }

  String of(Message message) {
    StringBuilder text = new StringBuilder(message.getDescriptorForType().getName()).append('{');
    Map<FieldDescriptor, Object> fields = new TreeMap<>(message.getAllFields());
    fields.forEach((field, value) -> {
      text.append(field.getName()).append('=');
      if (value instanceof List<?> list) {
        text.append('[');
        list.forEach(item -> text.append(item(field, item)).append(','));
        text.append(']');
      } else {
        text.append(item(field, value));
      }
      text.append(';');
    });
    return text.append('}').toString();
  }

  /// Text that may hold what was given.
  String of(String text) {
    String blurred = text;
    for (String id : given) {
      blurred = blurred.replace(id, "<given>");
    }
    return blurred;
  }

  private String item(FieldDescriptor field, Object value) {
    return switch (value) {
      case Message message -> of(message);
      case EnumValueDescriptor constant -> constant.getName();
      case String text when FieldKind.of(field).filter(kind -> kind == FieldKind.CONVERSATION).isPresent() -> "<conversation>";
      case String text -> of(text);
      case ByteString bytes -> "<bytes>";
      case Number number -> "<number>";
      default -> value.toString();
    };
  }
}
