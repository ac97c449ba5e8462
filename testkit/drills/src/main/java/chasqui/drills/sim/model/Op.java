package chasqui.drills.sim.model;

import chasqui.log.v1.Role;

/// What a user does to a conversation.
///
/// @param talk which conversation, by the order of their creation
/// @param target the `seq` of the message that is meant, or replied to; 0 for none
/// @param text the content, emoji or title
/// @param about whom a change of members is about, the user's own name to leave; or whom a message mentions, empty for nobody
/// @param role for a change of role
/// @param removed whether a reaction or a pin is taken away
public record Op(What what, String user, int talk, long target, String text, String about, Role role, boolean removed) {

  /// The kinds, those that a device sends first.
  public enum What { SEND, EDIT, DELETE, REACT, PIN, ADD, REMOVE, SET_ROLE, RENAME }

  static Op message(String user, int talk, String text, long replyTo, String mentioned) {
    return new Op(What.SEND, user, talk, replyTo, text, mentioned, Role.ROLE_UNSPECIFIED, false);
  }

  static Op change(What what, String user, int talk, long target, String text, boolean removed) {
    return new Op(what, user, talk, target, text, "", Role.ROLE_UNSPECIFIED, removed);
  }

  static Op members(What what, String user, int talk, String about, Role role) {
    return new Op(what, user, talk, 0, "", about, role, false);
  }

  static Op rename(String user, int talk, String title) {
    return new Op(What.RENAME, user, talk, 0, title, "", Role.ROLE_UNSPECIFIED, false);
  }

  /// Whether it changes an earlier message.
  boolean isChange() {
    return switch (what) {
      case EDIT, DELETE, REACT, PIN -> true;
      case SEND, ADD, REMOVE, SET_ROLE, RENAME -> false;
    };
  }
}
