package chasqui.node.vouch;

import java.util.Locale;

/// What comes of an item.
enum Verdict {
  ADMITTED,
  /// No token of the user is on the link that is good now.
  UNVOUCHED,
  /// The link holds as many users as it may; perhaps this one is left out.
  FULL,
  /// Only an edge whose certificate names {@link Peer#SERVICES} may ask this.
  NOT_SERVICES,
  /// The certificate lacks the role that the opener says it has.
  WRONG_ROLE;

  /// As in metrics and logs.
  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
