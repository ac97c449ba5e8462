package chasqui.node.config;

import chasqui.discovery.Slots;
import chasqui.edge.auth.AuthConfig;
import chasqui.edge.server.EdgeConfig;
import chasqui.mailbox.MailboxConfig;
import chasqui.mailbox.store.embedded.EmbeddedStoreConfig;
import chasqui.presence.PresenceConfig;
import chasqui.registry.RegistryConfig;
import chasqui.router.RouterConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// All sections of a node's configuration, in the order in which they are shown.
public final class Settings {

  private Settings() {}

  /// The sections, for a node on a data folder.
  static List<Section> sections(Path data) {
    return List.of(
        new Section("node", NodeConfig.DEFAULT),
        new Section("cluster", ClusterConfig.DEFAULT),
        new Section("internal", InternalConfig.DEFAULT),
        new Section("edge", ListenConfig.DEFAULT),
        // The size of a message is the mailbox's to say, the number of devices the registry's: see Agreements.
        new Section("edge", EdgeConfig.DEFAULT, Set.of("session.inbound.message-bytes-max", "session.devices-online-max")),
        new Section("tls", TlsConfig.DEFAULT),
        new Section("services", ServicesConfig.DEFAULT),
        new Section("auth", AuthConfig.DEFAULT),
        new Section("mailbox", MailboxConfig.DEFAULT),
        new Section("router", RouterConfig.DEFAULT),
        new Section("registry", RegistryConfig.DEFAULT),
        new Section("presence", PresenceConfig.DEFAULT),
        new Section("store", StoreConfig.DEFAULT),
        new Section("cql", CqlConfig.DEFAULT),
        // The store has as many stripes as the mailbox: one of the two is set, the other follows.
        new Section("store", EmbeddedStoreConfig.defaults(data, Slots.DEFAULT_COUNT), Set.of("data-folder", "stripes")),
        new Section("ops", OpsConfig.DEFAULT),
        new Section("log", LogConfig.DEFAULT));
  }

  /// The configuration in force.
  ///
  /// @throws ConfigException with every problem found
  public static EffectiveConfig load(Path data, ConfigFile file, Map<String, String> environment) {
    EffectiveConfig config = Binder.bind(sections(data), Reference.load(), file, environment);
    Agreements.check(config);
    return config;
  }
}
