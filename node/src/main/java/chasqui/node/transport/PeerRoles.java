package chasqui.node.transport;

import chasqui.discovery.Role;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What a node's certificate says that it is: one URI name `spiffe://chasqui/role/ROLE` for each of its roles.
final class PeerRoles {

  private static final String URI_PREFIX = "spiffe://chasqui/role/";
  private static final int URI = 6;

  private PeerRoles() {}

  /// The roles by name; empty where the certificate names none, or has a URI of another kind: a service is no node.
  static Set<String> of(X509Certificate certificate) {
    Set<String> roles = new HashSet<>();
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      for (List<?> name : names == null ? List.<List<?>>of() : names) {
        if (name.get(0).equals(URI)) {
          String uri = (String) name.get(1);
          if (!uri.startsWith(URI_PREFIX)) {
            return Set.of();
          }
          roles.add(uri.substring(URI_PREFIX.length()));
        }
      }
      return roles;
    } catch (CertificateParsingException damaged) {
      return Set.of();
    }
  }

  /// As in certificates.
  static String name(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }
}
