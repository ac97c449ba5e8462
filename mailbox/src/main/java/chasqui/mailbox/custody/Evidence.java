package chasqui.mailbox.custody;

import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What speaks for the death of incarnations: what routers report, and whether they answer us.
final class Evidence {

  /// How long a report counts.
  static final int REPORT_TICKS = 12;
  /// Incarnations that are remembered as reported; more are not taken in.
  static final int REPORTED_MAX = 256;

  private static final int TICKS_PER_PROBE = 4;

  private static final class Suspect {
    int reportedTick;
    int probedTick = Integer.MIN_VALUE;
    boolean silent;
  }

  private final Loop loop;
  private final Probe probe;
  private final Map<String, Suspect> suspects = new HashMap<>();
  private int tick;

  Evidence(Loop loop, Probe probe) {
    this.loop = loop;
    this.probe = probe;
  }

  /// A router cannot reach it.
  void reported(String incarnation) {
    Suspect known = suspects.get(incarnation);
    if (known == null && suspects.size() < REPORTED_MAX) {
      known = new Suspect();
      suspects.put(incarnation, known);
    }
    if (known != null) {
      known.reportedTick = tick;
    }
  }

  boolean isReported(String incarnation) {
    return suspects.containsKey(incarnation);
  }

  /// Those that were reported and did not answer us.
  Set<String> silent() {
    Set<String> silent = new HashSet<>();
    suspects.forEach((incarnation, suspect) -> {
      if (suspect.silent) {
        silent.add(incarnation);
      }
    });
    return silent;
  }

  /// A quarter of a second went by: forgets old reports, and probes who was reported.
  void tick(MembershipView view) {
    tick++;
    suspects.values().removeIf(suspect -> tick - suspect.reportedTick > REPORT_TICKS);
    for (NodeRecord node : view.nodes()) {
      Suspect suspect = suspects.get(node.incarnation());
      if (suspect != null && (suspect.probedTick < 0 || tick - suspect.probedTick >= TICKS_PER_PROBE)) {
        suspect.probedTick = tick;
        loop.when(probe.probe(node.address()), (answer, failure) ->
            suspect.silent = failure != null || !isThere(answer, node.incarnation()));
      }
    }
  }

  /// True if the answer is by that very incarnation.
  static boolean isThere(Optional<String> answer, String incarnation) {
    return answer.isPresent() && answer.get().equals(incarnation);
  }
}
