package chasqui.drills.mesh.process;

import chasqui.drills.mesh.process.Topology.NodeName;
import chasqui.node.certs.DevAuthority;
import chasqui.node.vouch.Peer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What the nodes of a mesh are told, as `key=value`.
///
/// @param etcd where the membership service listens, `HOST:PORT` with commas
/// @param store how the mailboxes reach theirs
/// @param jwks the public keys of those who sign tokens
/// @param authority signs what nodes show each other: a certificate for each role
record NodeSettings(String etcd, List<String> store, Path jwks, DevAuthority authority) {

  private static final String ROLE = "spiffe://chasqui/role/";

  /// Of one node.
  ///
  /// @param reached how others reach it: settings of its internal port
  List<String> of(NodeName name, List<String> reached) {
    List<String> settings = new ArrayList<>(List.of(
        "node.id=" + name.id(), "node.roles=" + name.role(), "cluster.etcd=" + etcd, "internal.host=127.0.0.1",
        "auth.jwks=" + jwks, "log.format=text"));
    switch (name.role()) {
      case "mailbox" -> settings.addAll(store);
      // Behind Envoy the connections of many clients are one: Envoy judges who resets too much.
      case "edge" -> settings.add("edge.server.resets-max=1000000");
      default -> { }
    }
    settings.addAll(reached);
    // Operators trace through any edge of a drill.
    List<String> proven = name.role().equals("edge") ? List.of(ROLE + "edge", ROLE + Peer.SERVICES) : List.of(ROLE + name.role());
    DevAuthority.Issued issued = authority.issue(name.role(), proven);
    settings.add("internal.certificate=" + issued.certificate().toAbsolutePath());
    settings.add("internal.key=" + issued.key().toAbsolutePath());
    settings.add("internal.authority=" + authority.certificate().toAbsolutePath());
    return settings;
  }
}
