package chasqui.testkit.check;

import chasqui.testkit.history.Observation.FaultKind;
import java.util.List;
import java.util.stream.Collectors;

/// SoftState: a run in which nodes or the membership service were taken away loses nothing; while only soft state is away
/// every send succeeds; after the last fault somebody gets through again.
///
/// Runs after [NoLoss], whose findings it reads.
final class SoftState implements Checker {
  @Override
  public Promise promise() {
    return Promise.SOFT_STATE;
  }

  @Override
  public void conclude(Facts facts, Findings findings) {
    List<FaultWindow> taken =
        facts.faults.stream().filter(fault -> fault.kind != FaultKind.OTHER).toList();
    if (taken.isEmpty()) {
      return;
    }
    if (findings.count(Promise.NO_LOSS) > 0) {
      findings.broke(
          promise(),
          "%d deliveries missing in a run that took away %s",
          findings.count(Promise.NO_LOSS),
          taken.stream().map(fault -> fault.name).collect(Collectors.joining(", ")));
    }
    checkSendsGoOn(facts, findings);
    checkRecovered(facts, findings);
  }

  private void checkSendsGoOn(Facts facts, Findings findings) {
    SendTable sends = facts.sends;
    for (int send = 0; send < sends.size(); send++) {
      switch (sends.state(send)) {
        case FOREIGN, OK -> {}
        case INVOKED, FAILED, UNKNOWN -> {
          FaultWindow away = onlySoftStateAway(facts.faults, sends.invokedMicros(send));
          if (away != null) {
            findings.broke(
                promise(),
                "%s was not acked (%s) while only %s was away",
                sends.describe(send),
                sends.state(send),
                away.name);
          }
        }
      }
    }
  }

  /// The window that holds `atMicros`, if no fault of another kind excuses what happened then.
  private static FaultWindow onlySoftStateAway(List<FaultWindow> faults, long atMicros) {
    FaultWindow away = null;
    for (FaultWindow fault : faults) {
      if (fault.contains(atMicros)) {
        if (fault.kind != FaultKind.SOFT_STATE_AWAY) {
          return null;
        }
        away = fault;
      }
    }
    return away;
  }

  private void checkRecovered(Facts facts, Findings findings) {
    long healedMicros =
        facts.faults.stream().mapToLong(fault -> fault.endMicros).max().orElseThrow();
    boolean tried = false;
    for (int send = 0; send < facts.sends.size(); send++) {
      if (facts.sends.invokedMicros(send) > healedMicros) {
        tried = true;
        if (facts.sends.state(send) == SendTable.State.OK) {
          return;
        }
      }
    }
    if (tried) {
      findings.broke(promise(), "nothing sent after the last fault was acked");
    }
  }
}
