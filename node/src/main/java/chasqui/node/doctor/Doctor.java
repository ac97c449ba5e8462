package chasqui.node.doctor;

import chasqui.discovery.Role;
import chasqui.edge.auth.AuthConfig;
import chasqui.edge.auth.RefreshingKeys;
import chasqui.edge.auth.UnusableKeysException;
import chasqui.edge.auth.VerifyingKeys;
import chasqui.mailbox.store.embedded.EmbeddedStoreConfig;
import chasqui.node.config.ClusterConfig;
import chasqui.node.config.EffectiveConfig;
import chasqui.node.config.ListenConfig;
import chasqui.node.config.NodeConfig;
import chasqui.node.config.OpsConfig;
import chasqui.node.config.ServicesConfig;
import chasqui.node.config.StoreConfig;
import chasqui.node.config.TlsConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// All checks of a node that would run on a data folder with a configuration.
public final class Doctor {

  private Doctor() {}

  public static List<Finding> examine(Path data, EffectiveConfig config, Instant now) {
    ListenConfig listen = config.get(ListenConfig.class);
    OpsConfig ops = config.get(OpsConfig.class);
    TlsConfig tls = config.get(TlsConfig.class);
    AuthConfig auth = config.get(AuthConfig.class);
    List<Finding> findings = new ArrayList<>();
    findings.add(MachineChecks.java());
    findings.add(MachineChecks.flags());
    findings.add(MachineChecks.clock(now));
    findings.add(MachineChecks.openFiles(Path.of("/proc/self/limits")));
    findings.add(DataChecks.writable(data));
    findings.add(DataChecks.alone(data));
    findings.add(DataChecks.space(data));
    NodeConfig node = config.get(NodeConfig.class);
    if (node.has(Role.MAILBOX) && config.get(StoreConfig.class).kind() == StoreConfig.Kind.EMBEDDED) {
      findings.add(StoreChecks.dataSet(data, config.get(EmbeddedStoreConfig.class)));
    }
    findings.add(NetworkChecks.port("ops port", ops.host(), ops.port(), data));
    if (config.get(ClusterConfig.class).enabled()) {
      findings.addAll(ClusterChecks.all(config, data, now));
    }
    if (!node.has(Role.EDGE)) {
      return findings;
    }
    findings.add(NetworkChecks.port("client port", listen.host(), listen.port(), data));
    findings.add(NetworkChecks.tls("tls", tls, now));
    ServicesConfig services = config.get(ServicesConfig.class);
    if (services.enabled()) {
      findings.add(NetworkChecks.port("services port", services.host(), services.port(), data));
      findings.add(NetworkChecks.tls("services tls", new TlsConfig(services.certificate(), services.key()), now));
      findings.add(NetworkChecks.authority("services authority", services.authority(), now));
    }
    boolean development = auth.jwks().isEmpty();
    if (!development) {
      try {
        VerifyingKeys keys = RefreshingKeys.readOnce(auth.jwks());
        development = keys.development();
        findings.add(Finding.ok("keys", keys.size() + " at " + auth.jwks()));
      } catch (UnusableKeysException unusable) {
        findings.add(Finding.fail("keys", unusable.getMessage() + ": set auth.jwks to the issuer's keys"));
      }
    } else {
      findings.add(Finding.ok("keys", "development keys of the data folder: right for this machine only"));
    }
    findings.add(NetworkChecks.listen(listen, tls, development));
    return findings;
  }
}
