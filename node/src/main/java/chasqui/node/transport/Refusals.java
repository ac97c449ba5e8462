package chasqui.node.transport;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes down who was refused on the internal port, or was not believed by this node, and counts it by reason.
final class Refusals {

  /// Why.
  enum Reason {
    /// The certificate is of another authority, self-made, damaged, or not good now.
    CERTIFICATE("certificate"),
    /// It was good when the connection began, and has ended since.
    EXPIRED("expired"),
    /// It names no role, or something beside roles.
    NO_ROLE("no-role"),
    /// Its roles are not those that may call this, or not those that its node claims to have.
    ROLE("role"),
    /// Nobody may call this.
    UNKNOWN_METHOD("unknown-method");

    private final String id;

    Reason(String id) {
      this.id = id;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger("chasqui.audit");
  private static final AttributeKey<String> REASON = AttributeKey.stringKey("reason");

  private final LongCounter refused;

  Refusals(Meter meter) {
    refused = meter.counterBuilder("chasqui.internal.refusals")
        .setDescription("Nodes, or those who say they are, that were refused, by reason").build();
  }

  /// @param who what is known of the other
  /// @param what was wanted, or what is wrong
  void refused(Reason reason, String who, String what) {
    refused.add(1, Attributes.of(REASON, reason.id));
    LOG.atWarn().addKeyValue("reason", reason.id).addKeyValue("peer", who).addKeyValue("what", what).log("refused");
  }
}
