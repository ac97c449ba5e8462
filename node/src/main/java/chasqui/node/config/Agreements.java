package chasqui.node.config;

import chasqui.edge.server.EdgeConfig;
import chasqui.edge.session.SessionLimits;
import chasqui.mailbox.MailboxConfig;
import chasqui.mailbox.store.embedded.EmbeddedStoreConfig;
import chasqui.registry.RegistryConfig;

/// What two components have to agree on is set at one of them; the other follows.
public final class Agreements {

  private Agreements() {}

  /// The edge tells clients the limits that mailbox and registry keep.
  public static EdgeConfig edge(EffectiveConfig config) {
    EdgeConfig edge = config.get(EdgeConfig.class);
    SessionLimits session = edge.session();
    SessionLimits.Inbound in = session.inbound();
    SessionLimits.Inbound inbound = new SessionLimits.Inbound(
        in.unansweredSendsMax(), in.framesAheadMax(), in.rangesMax(), in.rangeEntriesMax(),
        config.get(MailboxConfig.class).conversations().messageBytesMax(), in.cursorsMax());
    return edge.with(new SessionLimits(
        session.delivery(), inbound, session.timing(), session.sync(), config.get(RegistryConfig.class).devicesOnlineMax()));
  }

  /// The store has a journal for each stripe of the mailbox.
  public static EmbeddedStoreConfig store(EffectiveConfig config) {
    return config.get(EmbeddedStoreConfig.class).withStripes(config.get(MailboxConfig.class).stripes());
  }
}
