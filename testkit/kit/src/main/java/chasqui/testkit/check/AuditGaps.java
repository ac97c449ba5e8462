package chasqui.testkit.check;

import java.util.function.LongConsumer;

/// The places that a member read past: covered by a page of history, inside the membership, not
/// hidden, and yet without an entry.
final class AuditGaps {
  interface Gap {
    void at(ConversationFacts conversation, long generation, int device, long seq);
  }

  private AuditGaps() {}

  static void forEach(Facts facts, Gap gap) {
    for (ConversationFacts conversation : facts.conversations.values()) {
      conversation.views.forEach((device, views) -> {
        DeviceFacts registration = facts.devices.get(device);
        if (registration != null) {
          IntervalSet member = facts.membership(conversation, registration.user);
          views.forEach((generation, view) -> inView(view, seq -> {
            if (member.contains(seq) && !conversation.hidden(registration.user, seq)) {
              gap.at(conversation, generation, device, seq);
            }
          }));
        }
      });
    }
  }

  private static void inView(ViewFacts view, LongConsumer unread) {
    view.readCovered.forEach((from, to) -> view.read.forEachGap(from, to, (first, last) -> {
      for (long seq = first; seq <= last; seq++) {
        unread.accept(seq);
      }
    }));
  }
}
