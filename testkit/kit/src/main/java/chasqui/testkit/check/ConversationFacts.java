package chasqui.testkit.check;

import java.util.Map;
import java.util.TreeMap;

/// Everything known about one conversation. Maps are sorted so that findings come out in the same order every time.
final class ConversationFacts {
  final String name;

  /// By generation.
  final TreeMap<Long, Ledger> ledgers = new TreeMap<>();

  /// Generations raised on purpose, with the last `seq` that each kept.
  final TreeMap<Long, Long> raised = new TreeMap<>();

  /// By user.
  final Map<Integer, Membership> members = new TreeMap<>();

  /// By user: entries lawfully invisible to them.
  final Map<Integer, IntervalSet> hidden = new TreeMap<>();

  final IntervalSet hiddenFromAll = new IntervalSet();

  /// By device, then generation.
  final Map<Integer, TreeMap<Long, ViewFacts>> views = new TreeMap<>();

  ConversationFacts(String name) {
    this.name = name;
  }

  Ledger ledger(long generation) {
    return ledgers.computeIfAbsent(generation, _ -> new Ledger());
  }

  ViewFacts view(int device, long generation) {
    return views.computeIfAbsent(device, _ -> new TreeMap<>()).computeIfAbsent(generation, _ -> new ViewFacts());
  }

  boolean hidden(int user, long seq) {
    IntervalSet own = hidden.get(user);
    return hiddenFromAll.contains(seq) || (own != null && own.contains(seq));
  }

  /// Whether what `generation` held at `seq` was given up by a later one on purpose.
  boolean rolledBack(long generation, long seq) {
    return raised.tailMap(generation, false).values().stream().anyMatch(keptUpto -> seq > keptUpto);
  }
}
