package chasqui.edge.session;

import chasqui.people.v1.PresenceVisibility;

/// How much one user is told of another who may be seen at all.
public enum Shown {
  NOTHING,
  /// Whether they are online.
  ONLINE,
  /// And when they were last seen.
  LAST_SEEN;

  /// The lesser of what both show: who hides something is not told it of others.
  public static Shown between(PresenceVisibility one, PresenceVisibility other) {
    Shown first = by(one);
    Shown second = by(other);
    return first.compareTo(second) <= 0 ? first : second;
  }

  private static Shown by(PresenceVisibility visibility) {
    return switch (visibility) {
      case PRESENCE_VISIBILITY_ONLINE_AND_LAST_SEEN -> LAST_SEEN;
      case PRESENCE_VISIBILITY_ONLINE_ONLY -> ONLINE;
      // A newer node's choice, too: what is not understood is not shown.
      case PRESENCE_VISIBILITY_HIDDEN, PRESENCE_VISIBILITY_UNSPECIFIED, UNRECOGNIZED -> NOTHING;
    };
  }
}
