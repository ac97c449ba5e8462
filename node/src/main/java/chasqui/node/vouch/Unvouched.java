package chasqui.node.vouch;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes down what was refused on one link, at most once a minute, and counts it. Never tokens, nor names of users. For
/// the link's thread.
final class Unvouched {

  /// What all links count.
  record Counters(LongCounter refused, LongCounter tokens) {

    static Counters of(Meter meter) {
      return new Counters(
          meter.counterBuilder("chasqui.internal.unvouched")
              .setDescription("What edges asked for, or said, that was not let through, by link and cause").build(),
          meter.counterBuilder("chasqui.internal.vouches")
              .setDescription("Tokens that edges presented for their users, by link and outcome").build());
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger("chasqui.audit");
  private static final long EVERY_MILLIS = Duration.ofMinutes(1).toMillis();
  private static final AttributeKey<String> LINK = AttributeKey.stringKey("link");
  private static final AttributeKey<String> CAUSE = AttributeKey.stringKey("cause");
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");
  // What a node calls itself is the peer's word: nothing but this goes into a log.
  private static final Pattern NODE_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final Counters counters;
  private final String link;
  private final Peer peer;
  private final Map<Verdict, Long> untold = new EnumMap<>(Verdict.class);
  private String opener = "unnamed";
  private long toldMillis;
  private boolean told;

  Unvouched(Counters counters, String link, Peer peer) {
    this.counters = counters;
    this.link = link;
    this.peer = peer;
  }

  /// The opener said who it is.
  void opener(String nodeId) {
    opener = NODE_ID.matcher(nodeId).matches() ? nodeId : "malformed";
  }

  /// @param outcome `taken`, `refused`, `full` or `limited`
  void presented(String outcome) {
    counters.tokens.add(1, Attributes.of(LINK, link, OUTCOME, outcome));
  }

  void refused(Verdict verdict, long nowMillis) {
    counters.refused.add(1, Attributes.of(LINK, link, CAUSE, verdict.id()));
    untold.merge(verdict, 1L, Long::sum);
    if (!told || nowMillis - toldMillis >= EVERY_MILLIS) {
      told = true;
      toldMillis = nowMillis;
      tell();
    }
  }

  /// Writes down what is left; the link is over.
  void tell() {
    if (!untold.isEmpty()) {
      String counts = untold.entrySet().stream()
          .map(entry -> entry.getKey().id() + "=" + entry.getValue()).collect(Collectors.joining(" "));
      untold.clear();
      LOG.atWarn().addKeyValue("reason", "not-vouched").addKeyValue("peer", peer.who()).addKeyValue("node", opener)
          .addKeyValue("link", link).addKeyValue("counts", counts).log("refused");
    }
  }
}
