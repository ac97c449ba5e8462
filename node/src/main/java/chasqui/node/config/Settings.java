package chasqui.node.config;

import chasqui.edge.auth.AuthConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// All sections of a node's configuration, in the order in which they are shown.
public final class Settings {

  private Settings() {}

  /// The sections, for a node on a data folder.
  static List<Section> sections(Path data) {
    return List.of(
        new Section("node", NodeConfig.DEFAULT),
        new Section("edge", ListenConfig.DEFAULT),
        new Section("tls", TlsConfig.DEFAULT),
        new Section("auth", AuthConfig.DEFAULT),
        new Section("ops", OpsConfig.DEFAULT),
        new Section("log", LogConfig.DEFAULT));
  }

  /// The configuration in force.
  ///
  /// @throws ConfigException with every problem found
  public static EffectiveConfig load(Path data, ConfigFile file, Map<String, String> environment) {
    return Binder.bind(sections(data), Reference.load(), file, environment);
  }
}
