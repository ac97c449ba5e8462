package chasqui.node.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The database that all mailboxes of a cluster share, where `store.kind = cql`.
///
/// @param contactPoints `HOST:PORT` each; the other servers are found through them
/// @param datacenter whose servers are asked; all mailboxes name the same
/// @param keyspace made if it is not there
/// @param replication the CQL map that it is made with; empty: three replicas in the data centre
/// @param ddlSuffix ends the statement that makes it; may be empty
/// @param requestTimeout after which a request has no answer
/// @param user to log in as; empty where the server asks for none
/// @param passwordFile holds the password and nothing else
public record CqlConfig(
    List<String> contactPoints, String datacenter, String keyspace, String replication, String ddlSuffix,
    Duration requestTimeout, String user, Path passwordFile) {

  public static final CqlConfig DEFAULT =
      new CqlConfig(List.of(), "datacenter1", "chasqui", "", "", Duration.ofSeconds(4), "", Path.of(""));

  public CqlConfig {
    contactPoints = HostPorts.require("contactPoints", contactPoints);
    if (user.isEmpty() != passwordFile.toString().isEmpty()) {
      throw new IllegalArgumentException("user and passwordFile belong together: one of them is not set");
    }
  }
}
