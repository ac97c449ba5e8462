package chasqui.node.vouch;

/// On whose behalf an item is.
sealed interface Claim {

  Claim FREE = new Free();
  Claim SOMEBODY = new Somebody();
  Claim OPERATOR = new Operator();

  /// Nobody's: it tells of the edge's own, or ends something.
  record Free() implements Claim {}

  /// This user's, whose token has to be on the link.
  record User(String userId) implements Claim {}

  /// Of some user whom it does not name: one that the edge holds at all.
  record Somebody() implements Claim {}

  /// An operator's, or an internal service's.
  record Operator() implements Claim {}

  /// Of a node with this role.
  record NodeOf(String role) implements Claim {}
}
