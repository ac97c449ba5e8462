package chasqui.node.transport;

import chasqui.node.vouch.VouchCheck;
import chasqui.node.vouch.VouchingCalls;
import java.util.Optional;

/// How users are vouched for between this node and others.
///
/// @param check guards the links that edges open to this node; where it has no such links there is none
/// @param calls presents the tokens of this node's users; where it is no edge there are none
/// @param services whether it asks for internal services too, who have no tokens: its certificate has to say so
public record Vouching(Optional<VouchCheck> check, Optional<VouchingCalls> calls, boolean services) {

  /// For nodes that prove nothing to each other.
  public static final Vouching NONE = new Vouching(Optional.empty(), Optional.empty(), false);
}
