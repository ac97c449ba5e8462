package chasqui.node.doctor;

import chasqui.node.ListenPolicy;
import chasqui.node.StartException;
import chasqui.node.config.ClusterConfig;
import chasqui.node.config.EffectiveConfig;
import chasqui.node.config.InternalConfig;
import chasqui.node.config.TlsConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What a node among others needs: etcd, its port for them, and what it proves itself with.
final class ClusterChecks {

  private ClusterChecks() {}

  static List<Finding> all(EffectiveConfig config, Path data, Instant now) {
    InternalConfig internal = config.get(InternalConfig.class);
    List<Finding> findings = new ArrayList<>();
    config.get(ClusterConfig.class).etcd().forEach(address -> findings.add(NetworkChecks.reachable("etcd", address)));
    findings.add(NetworkChecks.port("internal port", internal.host(), internal.port(), data));
    findings.add(NetworkChecks.tls("internal tls", new TlsConfig(internal.certificate(), internal.key()), now));
    if (internal.secured()) {
      findings.add(NetworkChecks.authority("internal authority", internal.authority(), now));
    }
    findings.add(exposure(internal));
    return findings;
  }

  private static Finding exposure(InternalConfig internal) {
    try {
      ListenPolicy.check(internal);
      return Finding.ok("internal exposure", internal.secured()
          ? internal.host() + ", for nodes that prove their roles" : internal.host() + " for anybody: this machine only");
    } catch (StartException unsafe) {
      return Finding.fail("internal exposure", unsafe.getMessage());
    }
  }
}
