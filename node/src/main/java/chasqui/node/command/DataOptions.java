package chasqui.node.command;

import chasqui.node.config.ConfigFile;
import chasqui.node.config.EffectiveConfig;
import chasqui.node.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// The options that say which node is meant.
public final class DataOptions {

  /// Read where `--config` is not given and it is there.
  private static final String FILE = "chasqui.properties";

  @Option(names = "--data", paramLabel = "DIR", defaultValue = "${env:CHASQUI_DATA:-.chasqui}",
      description = "The data folder (default: ${DEFAULT-VALUE}).")
  private Path data;

  @Option(names = "--config", paramLabel = "FILE", defaultValue = "${env:CHASQUI_CONFIG}",
      description = "Settings; without it, chasqui.properties in the data folder if that exists.")
  private Path config;

  public Path data() {
    return data;
  }

  /// The configuration in force.
  public EffectiveConfig load() {
    return Settings.load(data, file(), System.getenv());
  }

  private ConfigFile file() {
    if (config != null) {
      return ConfigFile.read(config);
    }
    Path standard = data.resolve(FILE);
    return Files.exists(standard) ? ConfigFile.read(standard) : ConfigFile.NONE;
  }
}
