package chasqui.testkit.check;

import java.util.Map;

/// NoLeak: what a device is given lies inside its user's memberships, and nobody outside learns that a conversation
/// exists, how far it went on, or can add to it.
final class NoLeak implements Checker {
  @Override
  public Promise promise() {
    return Promise.NO_LEAK;
  }

  @Override
  public void conclude(Facts facts, Findings findings) {
    for (ConversationFacts conversation : facts.conversations.values()) {
      for (int device : conversation.views.keySet()) {
        DeviceFacts registration = facts.devices.get(device);
        if (registration == null) {
          findings.broke(
              promise(),
              "device %s sees %s but was never registered",
              facts.names.name(device),
              conversation.name);
        } else {
          checkReader(facts, conversation, device, registration.user, findings);
        }
      }
    }
    checkWriters(facts, findings);
  }

  private void checkReader(
      Facts facts, ConversationFacts conversation, int device, int user, Findings findings) {
    IntervalSet member = facts.membership(conversation, user);
    for (Map.Entry<Long, ViewFacts> entry : conversation.views.get(device).entrySet()) {
      ViewFacts view = entry.getValue();
      String who = facts.names.name(device) + " of " + facts.names.name(user);
      checkEntries(conversation, view.delivered, member, "delivered to " + who, findings);
      checkEntries(conversation, view.shown, member, "shown on " + who, findings);
      checkEntries(conversation, view.read, member, "read by " + who, findings);
      long told = Math.max(view.headShown, Math.max(view.covered.max(), view.readCovered.max()));
      if (told > member.max()) {
        findings.broke(
            promise(),
            "%s: %s was told of seq %d, its membership %s",
            conversation.name,
            who,
            told,
            member.isEmpty() ? "never was" : "ends at " + member.max());
      }
    }
  }

  private void checkEntries(
      ConversationFacts conversation, IntervalSet seen, IntervalSet member, String how, Findings findings) {
    seen.forEach((from, to) -> member.forEachGap(
        from,
        to,
        (first, last) -> findings.broke(
            promise(),
            "%s seq %d to %d, outside the membership, was %s",
            conversation.name,
            first,
            last,
            how)));
  }

  private void checkWriters(Facts facts, Findings findings) {
    SendTable sends = facts.sends;
    for (int send = 0; send < sends.size(); send++) {
      if (sends.state(send) != SendTable.State.OK) {
        continue;
      }
      ConversationFacts conversation = facts.conversations.get(sends.conversation(send));
      if (!facts.member(conversation, sends.user(send), sends.seq(send))) {
        findings.broke(
            promise(), "%s was accepted at seq %d, outside the membership", sends.describe(send), sends.seq(send));
      }
    }
  }
}
