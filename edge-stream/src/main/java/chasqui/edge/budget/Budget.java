package chasqui.edge.budget;

import java.util.Locale;

/// What there is a budget for.
public enum Budget {
  /// Sends of one stream.
  DEVICE_SENDS("the device has sent more than it may"),
  /// Sends and other changes of a user, charged by the members of the conversation.
  USER_SENDS("the user has sent more than they may, counted by receivers"),
  /// Unary calls, range requests and read marks of a user.
  CALLS("the user has called more often than they may"),
  /// Conversations that a user creates.
  CREATIONS("the user has created more conversations than they may"),
  /// New 1:1 conversations that anybody creates with a user.
  CONTACTS("more people began to talk with that user than may at a time"),
  /// Lists of conversations of a user that are being put together.
  LISTS("as many lists of conversations are put together for the user as may be at a time"),
  /// Ids of a user that were not found.
  MISSES("too many unknown ids were asked for");

  private final String words;

  Budget(String words) {
    this.words = words;
  }

  /// As in metrics, and as `metadata["budget"]` of a refusal.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// For people.
  public String words() {
    return words;
  }
}
