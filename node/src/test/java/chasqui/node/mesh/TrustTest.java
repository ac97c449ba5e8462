package chasqui.node.mesh;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.node.StartException;
import chasqui.node.config.ConfigFile;
import chasqui.node.config.EffectiveConfig;
import chasqui.node.config.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Which processes need the keys of tokens.
class TrustTest {

  private static EffectiveConfig config(String roles, boolean certificates, String jwks) {
    Map<String, String> environment = new HashMap<>(Map.of(
        "CHASQUI_NODE_ROLES", roles, "CHASQUI_CLUSTER_ETCD", "127.0.0.1:1", "CHASQUI_AUTH_JWKS", jwks));
    if (certificates) {
      environment.putAll(Map.of(
          "CHASQUI_INTERNAL_CERTIFICATE", "a.crt", "CHASQUI_INTERNAL_KEY", "a.key", "CHASQUI_INTERNAL_AUTHORITY", "b.pem"));
    }
    return Settings.load(Path.of("data"), ConfigFile.NONE, environment);
  }

  @Test
  void whoever_checks_edges_needs_their_keys() {
    for (String roles : new String[] {"router", "registry", "router, registry, mailbox"}) {
      StartException refused = assertThrows(StartException.class, () -> Trust.check(config(roles, true, "")), roles);
      assertTrue(refused.getMessage().contains("auth.jwks"), refused.getMessage());
      assertDoesNotThrow(() -> Trust.check(config(roles, true, "keys.json")));
      assertDoesNotThrow(() -> Trust.check(config(roles, false, "")));
      assertTrue(Trust.needsKeys(config(roles, true, "keys.json")));
      assertFalse(Trust.needsKeys(config(roles, false, "")), "nothing is proven, nothing is checked");
    }
    assertDoesNotThrow(() -> Trust.check(config("edge", true, "")));
    assertDoesNotThrow(() -> Trust.check(config("mailbox", true, "")));
    assertFalse(Trust.needsKeys(config("mailbox", true, "")));
  }
}
