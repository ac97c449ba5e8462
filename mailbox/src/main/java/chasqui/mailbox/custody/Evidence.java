package chasqui.mailbox.custody;

import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// What speaks for the death of incarnations: what routers report, and whether they answer us.
final class Evidence {

  /// How long a report counts.
  static final int REPORT_TICKS = 12;
  /// Incarnations that are remembered as reported; more are not taken in.
  static final int REPORTED_MAX = 256;

  /// Probes in a row without an answer before it counts as silent. The second goes out at the end of the first: where nobody
  /// listens any more both take no time, while a process that was only busy has two seconds.
  static final int SILENT_PROBES = 2;

  private static final int TICKS_PER_PROBE = 4;

  private static final class Suspect {
    int reportedTick;
    int probedTick = Integer.MIN_VALUE;
    boolean probing;
    int unanswered;

    boolean isSilent() {
      return unanswered >= SILENT_PROBES;
    }
  }

  private final Loop loop;
  private final Probe probe;
  private final Supplier<MembershipView> view;
  private final Consumer<String> foundSilent;
  private final Map<String, Suspect> suspects = new HashMap<>();
  private int tick;

  /// @param foundSilent told of one that was reported, at each probe that it does not answer
  Evidence(Loop loop, Probe probe, Supplier<MembershipView> view, Consumer<String> foundSilent) {
    this.loop = loop;
    this.probe = probe;
    this.view = view;
    this.foundSilent = foundSilent;
  }

  /// A router cannot reach it: probes it now, unless that was done within the last second.
  void reported(String incarnation) {
    Suspect known = suspects.get(incarnation);
    if (known == null && suspects.size() < REPORTED_MAX) {
      known = new Suspect();
      suspects.put(incarnation, known);
    }
    if (known != null) {
      known.reportedTick = tick;
      probe(incarnation, known);
    }
  }

  /// True if it was reported and did not answer us, twice in a row.
  boolean isSilent(String incarnation) {
    Suspect suspect = suspects.get(incarnation);
    return suspect != null && suspect.isSilent();
  }

  /// Those that were reported and did not answer us.
  Set<String> silent() {
    Set<String> silent = new HashSet<>();
    suspects.forEach((incarnation, suspect) -> {
      if (suspect.isSilent()) {
        silent.add(incarnation);
      }
    });
    return silent;
  }

  /// A quarter of a second went by: forgets old reports, and probes again who is reported still.
  void tick() {
    tick++;
    suspects.values().removeIf(suspect -> tick - suspect.reportedTick > REPORT_TICKS);
    suspects.forEach(this::probe);
  }

  private void probe(String incarnation, Suspect suspect) {
    boolean due = suspect.probedTick < 0 || tick - suspect.probedTick >= TICKS_PER_PROBE;
    if (due && !suspect.probing) {
      ask(incarnation, suspect);
    }
  }

  private void ask(String incarnation, Suspect suspect) {
    for (NodeRecord node : view.get().nodes()) {
      if (node.incarnation().equals(incarnation)) {
        suspect.probedTick = tick;
        suspect.probing = true;
        loop.when(probe.probe(node.address()), (answer, unknown) -> {
          suspect.probing = false;
          if (unknown == null) {
            probed(incarnation, suspect, isThere(answer, incarnation));
          }
        });
      }
    }
  }

  private void probed(String incarnation, Suspect suspect, boolean there) {
    suspect.unanswered = there ? 0 : Math.min(suspect.unanswered + 1, SILENT_PROBES);
    if (isSilent(incarnation)) {
      foundSilent.accept(incarnation);
    } else if (!there && suspects.get(incarnation) == suspect) {
      ask(incarnation, suspect);
    }
  }

  /// True if the answer is by that very incarnation.
  static boolean isThere(Optional<String> answer, String incarnation) {
    return answer.isPresent() && answer.get().equals(incarnation);
  }
}
