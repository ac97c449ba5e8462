package chasqui.node.vouch;

import java.util.Set;

/// The node at the other end of a call, as its certificate proves it.
///
/// @param who for the audit: address, subject, roles
/// @param roles as the certificate names them, in lower case
public record Peer(String who, Set<String> roles) {

  /// In a certificate, beside `edge`: this one speaks for internal services and operators too, who have no tokens.
  public static final String SERVICES = "services";

  boolean is(String role) {
    return roles.contains(role);
  }
}
