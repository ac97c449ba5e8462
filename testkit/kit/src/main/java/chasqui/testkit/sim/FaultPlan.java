package chasqui.testkit.sim;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/// The faults of one run, by time. A plan is a value: it can be drawn from a seed, written down, and made smaller.
public record FaultPlan(List<TimedFault> faults) {
  public static final FaultPlan NONE = new FaultPlan(List.of());

  public FaultPlan {
    faults = faults.stream()
        .sorted(Comparator.comparingLong(TimedFault::atNanos))
        .toList();
  }

  /// Draws a plan: as many faults as the menu allows or fewer, each of a kind and a victim that it names.
  public static FaultPlan draw(SimRandom random, FaultMenu menu) {
    if (menu.kinds().isEmpty()) {
      return NONE;
    }
    List<TimedFault> faults = new ArrayList<>();
    long count = random.between(0, menu.faultsMax());
    for (int i = 0; i < count; i++) {
      long atNanos = random.nextLong(menu.horizonNanos());
      faults.add(new TimedFault(atNanos, random.pick(menu.kinds()).draw(random, menu)));
    }
    return new FaultPlan(faults);
  }

  /// The plan without the faults from `from` (inclusive) to `to` (exclusive).
  FaultPlan without(int from, int to) {
    List<TimedFault> kept = new ArrayList<>(faults.subList(0, from));
    kept.addAll(faults.subList(to, faults.size()));
    return new FaultPlan(kept);
  }

  /// Makes a plan that fails as small as leaving out faults can make it: ever smaller parts are left out for good where
  /// it still fails without them. `fails` runs the simulation, at most `runsMax` times.
  public FaultPlan shrink(Predicate<FaultPlan> fails, int runsMax) {
    FaultPlan smallest = this;
    int runs = 0;
    for (int part = Math.max(1, faults.size() / 2); part >= 1; part /= 2) {
      int from = 0;
      while (from < smallest.faults.size() && runs < runsMax) {
        FaultPlan candidate = smallest.without(from, Math.min(from + part, smallest.faults.size()));
        runs++;
        if (fails.test(candidate)) {
          smallest = candidate;
        } else {
          from += part;
        }
      }
    }
    return smallest;
  }
}
