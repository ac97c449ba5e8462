package chasqui.router;

import chasqui.log.v1.Entry;

/// What a push brings to sessions: a head, and the entry there if it is at hand. Compared by identity: one for a push.
final class Delivery {

  final String conversationId;
  final long generation;
  final long head;
  // Null where only the head is told.
  final Entry entry;
  private Delivery headOnly;
  // How many wait with it; kept by HeldBudget.
  int holds;

  Delivery(String conversationId, long generation, long head, Entry entry) {
    this.conversationId = conversationId;
    this.generation = generation;
    this.head = head;
    this.entry = entry;
    this.headOnly = entry == null ? this : null;
  }

  /// The same without the entry; always the same one.
  Delivery headOnly() {
    if (headOnly == null) {
      headOnly = new Delivery(conversationId, generation, head, null);
    }
    return headOnly;
  }

  int bytes() {
    return entry == null ? 0 : entry.getSerializedSize();
  }
}
