package chasqui.node.config;

import chasqui.discovery.Role;
import chasqui.edge.server.EdgeConfig;
import chasqui.edge.session.SessionLimits;
import chasqui.mailbox.MailboxConfig;
import chasqui.mailbox.store.cql.CqlStoreConfig;
import chasqui.mailbox.store.embedded.EmbeddedStoreConfig;
import chasqui.registry.RegistryConfig;
import chasqui.router.RouterConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What two components have to agree on is set at one of them; the other follows.
public final class Agreements {

  private Agreements() {}

  /// @throws ConfigException with every agreement that does not hold
  static void check(EffectiveConfig config) {
    List<String> problems = new ArrayList<>();
    EdgeConfig edge = config.get(EdgeConfig.class);
    MailboxConfig mailbox = config.get(MailboxConfig.class);
    RouterConfig router = config.get(RouterConfig.class);
    if (edge.session().delivery().entriesMax() > mailbox.reads().rangeEntriesMax()) {
      problems.add("edge.session.delivery.entries-max must be at most mailbox.reads.range-entries-max: a delivery is one range");
    }
    if (edge.session().sync().pageSize() > mailbox.reads().pageMax()) {
      problems.add("edge.session.sync.page-size must be at most mailbox.reads.page-max: a page is read at once");
    }
    if (router.forwarding().deadline().compareTo(edge.links().requestDeadline()) > 0) {
      problems.add("router.forwarding.deadline must be at most edge.links.request-deadline: the edge waits for the router");
    }
    cluster(config).ifPresent(problems::add);
    try {
      edge(config);
      store(config);
      if (config.get(StoreConfig.class).kind() == StoreConfig.Kind.CQL) {
        cql(config);
      }
    } catch (IllegalArgumentException disagreement) {
      problems.add(disagreement.getMessage());
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private static Optional<String> cluster(EffectiveConfig config) {
    NodeConfig node = config.get(NodeConfig.class);
    boolean enabled = config.get(ClusterConfig.class).enabled();
    if (!enabled && config.get(StoreConfig.class).kind() == StoreConfig.Kind.CQL) {
      return Optional.of("cluster.etcd must be set where store.kind = cql: mailboxes that share a store have to know of each other");
    }
    if (enabled || node.roles().containsAll(Set.of(Role.values()))) {
      return Optional.empty();
    }
    return Optional.of("cluster.etcd must be set where node.roles are not all: the others have to be found");
  }

  /// The edge tells clients the limits that mailbox and registry keep.
  public static EdgeConfig edge(EffectiveConfig config) {
    EdgeConfig edge = config.get(EdgeConfig.class);
    SessionLimits session = edge.session();
    SessionLimits.Inbound in = session.inbound();
    SessionLimits.Inbound inbound = new SessionLimits.Inbound(
        in.unansweredSendsMax(), in.framesAheadMax(), in.rangesMax(), in.rangeEntriesMax(),
        config.get(MailboxConfig.class).conversations().messageBytesMax(), in.cursorsMax());
    return edge.with(new SessionLimits(
        session.delivery(), inbound, session.timing(), session.sync(), session.ephemeral(),
        config.get(RegistryConfig.class).devicesOnlineMax()));
  }

  /// The store has a journal for each stripe of the mailbox.
  public static EmbeddedStoreConfig store(EffectiveConfig config) {
    return config.get(EmbeddedStoreConfig.class).withStripes(config.get(MailboxConfig.class).stripes());
  }

  /// The shared store, without who logs in.
  ///
  /// @throws IllegalArgumentException if a setting means nothing
  public static CqlStoreConfig cql(EffectiveConfig config) {
    CqlConfig cql = config.get(CqlConfig.class);
    try {
      return CqlStoreConfig.defaults(cql.contactPoints(), cql.datacenter(), cql.keyspace())
          .withReplication(cql.replication(), cql.ddlSuffix())
          .withRequestTimeout(cql.requestTimeout());
    } catch (IllegalArgumentException bad) {
      throw new IllegalArgumentException("cql." + bad.getMessage(), bad);
    }
  }
}
