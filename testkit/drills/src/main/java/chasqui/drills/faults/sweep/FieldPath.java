package chasqui.drills.faults.sweep;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// A string or bytes field somewhere in a request.
record FieldPath(Descriptor root, List<FieldDescriptor> fields) {

  /// All of a message, however deep; a type within itself is followed once.
  static List<FieldPath> of(Descriptor root) {
    List<FieldPath> found = new ArrayList<>();
    walk(root, root, List.of(), new LinkedHashSet<>(), found);
    return found;
  }

  private static void walk(
      Descriptor root, Descriptor at, List<FieldDescriptor> before, Set<Descriptor> within, List<FieldPath> found) {
    if (!within.add(at)) {
      return;
    }
    for (FieldDescriptor field : at.getFields()) {
      List<FieldDescriptor> path = new ArrayList<>(before);
      path.add(field);
      if (FieldKind.canBeId(field)) {
        found.add(new FieldPath(root, List.copyOf(path)));
      } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        walk(root, field.getMessageType(), path, within, found);
      }
    }
    within.remove(at);
  }

  FieldDescriptor leaf() {
    return fields.getLast();
  }

  /// Whether the path goes through this field at this depth.
  boolean passes(int depth, FieldDescriptor field) {
    return depth < fields.size() && fields.get(depth).equals(field);
  }

  @Override
  public String toString() {
    return root.getName() + fields.stream().map(field -> "." + field.getName()).collect(Collectors.joining());
  }
}
