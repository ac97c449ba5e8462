package chasqui.drills.faults.sweep;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What a string or bytes field of a request holds, told from its name. A field that none of the rules knows must be
/// given one: the sweep fails until then, so that no new id goes untried.
enum FieldKind {
  CONVERSATION("conversation_ids?"),
  USER("(\\w+_)?user_ids?|(\\w+_)?users"),
  DEVICE("(\\w+_)?device_ids?"),
  /// Chosen by the caller to make a call repeatable; means something only among the caller's own.
  REPEAT("client_message_id|request_id"),
  /// Given by the server to go on with a list.
  PAGE("(\\w+_)?page_token"),
  /// Proves who calls; the rows about tokens try these.
  TOKEN("token"),
  /// Stored and given back unread: no lookup is done with it.
  CONTENT("media_id|text|title|caption|name|client_name|emoji|scheme|media_type|sha256|ciphertext");

  private static final Set<FieldDescriptor.Type> TYPES = Set.of(FieldDescriptor.Type.STRING, FieldDescriptor.Type.BYTES);

  private final Pattern names;

  FieldKind(String names) {
    this.names = Pattern.compile(names);
  }

  /// Whether a field can hold an id at all.
  static boolean canBeId(FieldDescriptor field) {
    return TYPES.contains(field.getType());
  }

  /// The kind of a field; empty where no rule knows its name.
  static Optional<FieldKind> of(FieldDescriptor field) {
    for (FieldKind kind : values()) {
      if (kind.names.matcher(field.getName()).matches()) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  boolean isSwept() {
    return this != TOKEN && this != CONTENT;
  }
}
