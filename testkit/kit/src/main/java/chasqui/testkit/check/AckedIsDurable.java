package chasqui.testkit.check;

import java.util.Map;

/// AckedIsDurable: answers are true for ever. What was acknowledged at a `seq` stands there and nothing else; what was
/// said to have failed never appears; a generation changes only when a restore was done on purpose.
final class AckedIsDurable implements Checker {
  @Override
  public Promise promise() {
    return Promise.ACKED_IS_DURABLE;
  }

  @Override
  public void conclude(Facts facts, Findings findings) {
    for (ConversationFacts conversation : facts.conversations.values()) {
      concludeGenerations(conversation, findings);
      conversation.ledgers.forEach((generation, ledger) -> ledger.known.forEach((from, to) -> {
        for (long seq = from; seq <= to; seq++) {
          checkPlace(facts, conversation, generation, seq, findings);
        }
      }));
    }
    concludeFailed(facts.sends, findings);
    AuditGaps.forEach(facts, (conversation, generation, device, seq) -> {
      int acked = conversation.ledger(generation).acked(seq);
      if (acked != Ledger.NOBODY) {
        findings.broke(
            promise(),
            "%s was acked at seq %d generation %d and is absent from the log read by device %s",
            facts.sends.describe(acked),
            seq,
            generation,
            facts.names.name(device));
      }
    });
  }

  private void checkPlace(
      Facts facts, ConversationFacts conversation, long generation, long seq, Findings findings) {
    Ledger ledger = conversation.ledger(generation);
    int acked = ledger.acked(seq);
    boolean nobodyRead = ledger.fingerprint(seq) == 0;
    if (acked == Ledger.NOBODY || nobodyRead || ledger.held(seq) == acked || ledger.targeted.contains(seq)) {
      return;
    }
    int held = ledger.held(seq);
    findings.broke(
        promise(),
        "%s was acked at seq %d generation %d, where %s stands",
        facts.sends.describe(acked),
        seq,
        generation,
        held == Ledger.NOBODY ? "an entry of the service" : facts.sends.describe(held));
  }

  private void concludeFailed(SendTable sends, Findings findings) {
    for (int send = 0; send < sends.size(); send++) {
      if (sends.state(send) == SendTable.State.FAILED && sends.stored(send)) {
        findings.broke(
            promise(), "%s had failed and yet stands at seq %d", sends.describe(send), sends.seq(send));
      }
    }
  }

  /// The first generation is the conversation's own; each later one must have been announced.
  private void concludeGenerations(ConversationFacts conversation, Findings findings) {
    boolean first = true;
    for (Map.Entry<Long, Ledger> generation : conversation.ledgers.entrySet()) {
      if (!first && !conversation.raised.containsKey(generation.getKey())) {
        findings.broke(
            promise(),
            "%s went to generation %d though nothing was restored",
            conversation.name,
            generation.getKey());
      }
      first = false;
    }
  }
}
