package chasqui.testkit.check;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// Adds up a verdict from what is known and what was found.
final class VerdictCount {
  private final Facts facts;
  private final Findings findings;

  VerdictCount(Facts facts, Findings findings) {
    this.facts = facts;
    this.findings = findings;
  }

  Verdict verdict(long observations) {
    Map<SendTable.State, Long> states = states();
    long ok = states.get(SendTable.State.OK);
    long failed = states.get(SendTable.State.FAILED);
    long unknown = states.get(SendTable.State.UNKNOWN) + states.get(SendTable.State.INVOKED);
    Map<String, Long> byPromise = byPromise();
    return new Verdict(
        ok + failed + unknown,
        ok,
        failed,
        unknown,
        unknownStored(),
        findings.tally.lost,
        findings.tally.missingDeliveries,
        findings.tally.duplicated,
        findings.tally.outOfOrder,
        findings.tally.redelivered,
        readBack(),
        delivered(),
        observations,
        byPromise.values().stream().mapToLong(Long::longValue).sum(),
        byPromise,
        findings.kept());
  }

  private Map<SendTable.State, Long> states() {
    Map<SendTable.State, Long> states = new TreeMap<>();
    Arrays.stream(SendTable.State.values()).forEach(state -> states.put(state, 0L));
    for (int send = 0; send < facts.sends.size(); send++) {
      states.merge(facts.sends.state(send), 1L, Long::sum);
    }
    return states;
  }

  private long unknownStored() {
    long stored = 0;
    for (int send = 0; send < facts.sends.size(); send++) {
      SendTable.State state = facts.sends.state(send);
      boolean unknown = state == SendTable.State.UNKNOWN || state == SendTable.State.INVOKED;
      stored += unknown && facts.sends.stored(send) ? 1 : 0;
    }
    return stored;
  }

  private long readBack() {
    long[] count = {0};
    for (ConversationFacts conversation : facts.conversations.values()) {
      conversation.ledgers.forEach((generation, ledger) -> {
        IntervalSet read = new IntervalSet();
        conversation.views.values().forEach(views -> {
          if (views.containsKey(generation)) {
            views.get(generation).read.forEach(read::add);
          }
        });
        read.forEach((from, to) -> {
          for (long seq = from; seq <= to; seq++) {
            count[0] += ledger.acked(seq) == Ledger.NOBODY ? 0 : 1;
          }
        });
      });
    }
    return count[0];
  }

  private Map<String, Long> delivered() {
    Map<String, Long> delivered = new TreeMap<>();
    facts.devices.forEach((device, registration) -> {
      long entries = 0;
      for (ConversationFacts conversation : facts.conversations.values()) {
        for (ViewFacts view :
            conversation.views.getOrDefault(device, new TreeMap<>()).values()) {
          entries += registration.watching.screen() ? view.shown.size() : view.delivered.size();
        }
      }
      delivered.put(facts.names.name(device), entries);
    });
    return delivered;
  }

  private Map<String, Long> byPromise() {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (Promise promise : Promise.values()) {
      counts.put(promise.label(), findings.count(promise));
    }
    return counts;
  }
}
