package chasqui.drills.faults.ground;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a row shows: figures, what broke its claim, and what of the claim waits or cannot be measured here.
/// For one thread.
public final class Finding {

  private final Map<String, Object> figures = new LinkedHashMap<>();
  private final List<String> breaches = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private boolean unmeasured;

  /// Notes a figure under a name in `snake_case`.
  public void figure(String name, Object value) {
    figures.put(name, value);
  }

  /// Counts a breach of the claim unless the condition holds.
  public void require(boolean holds, String breach) {
    if (!holds) {
      breaches.add(breach);
    }
  }

  /// Something worth knowing that is no breach.
  public void remark(String remark) {
    remarks.add(remark);
  }

  /// The row cannot be judged on this machine.
  public void notMeasurable(String why) {
    unmeasured = true;
    remarks.add(why);
  }

  public Outcome outcome() {
    if (!breaches.isEmpty()) {
      return Outcome.FAILED;
    }
    return unmeasured ? Outcome.NOT_MEASURABLE : Outcome.PASSED;
  }

  public Map<String, Object> figures() {
    return figures;
  }

  /// Breaches first.
  public List<String> notes() {
    List<String> notes = new ArrayList<>(breaches);
    notes.addAll(remarks);
    return notes;
  }
}
