package chasqui.node.mesh;

import chasqui.mailbox.store.cql.CqlStoreConfig;
import chasqui.node.StartException;
import chasqui.node.config.Agreements;
import chasqui.node.config.CqlConfig;
import chasqui.node.config.EffectiveConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How the configured CQL store is reached, its password included.
public final class CqlAccess {

  private CqlAccess() {}

  /// @throws StartException if the password cannot be read
  public static CqlStoreConfig of(EffectiveConfig config) {
    CqlConfig settings = config.get(CqlConfig.class);
    CqlStoreConfig where = Agreements.cql(config);
    return settings.user().isEmpty()
        ? where : where.withLogin(new CqlStoreConfig.Login(settings.user(), password(settings.passwordFile())));
  }

  private static String password(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException unreadable) {
      throw new StartException("cql.password-file cannot be read: " + unreadable, unreadable);
    }
  }
}
