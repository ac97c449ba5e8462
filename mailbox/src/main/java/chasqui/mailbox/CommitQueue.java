package chasqui.mailbox;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// What waits for a commit in one stripe, taken fairly over conversations: one entry of each in turn.
final class CommitQueue {

  /// What one commit takes.
  ///
  /// @param conversations each with its entries in {@link ConversationState#inFlight}
  record Taken(List<ConversationState> conversations, int entries) {}

  // What a conversation adds to a commit beside its entries: its id, its row, tags and lengths.
  private static final int CONVERSATION_OVERHEAD_BYTES = 192;

  private static final int PIN_BYTES_MAX = 10;

  private final MailboxConfig.Batches limits;
  // Conversations with something queued, each once; the first is next.
  private final ArrayDeque<ConversationState> ring = new ArrayDeque<>();
  private final Depth entries = new Depth();

  CommitQueue(MailboxConfig.Batches limits) {
    this.limits = limits;
  }

  void add(ConversationState state, PendingEntry pending) {
    if (state.queue.isEmpty()) {
      ring.addLast(state);
    }
    state.queue.addLast(pending);
    entries.add(1);
  }

  boolean isEmpty() {
    return ring.isEmpty();
  }

  long entries() {
    return entries.get();
  }

  /// Moves what the next commit is to hold from `queue` to `inFlight` of its conversations.
  Taken take() {
    List<ConversationState> conversations = new ArrayList<>();
    int taken = 0;
    long takenBytes = 0;
    while (taken < limits.entriesMax() && !ring.isEmpty()) {
      ConversationState state = ring.peekFirst();
      PendingEntry next = state.queue.peekFirst();
      boolean first = state.inFlight.isEmpty();
      long cost = next.bytes + (first ? overhead(state, next) : 0);
      if (taken > 0 && takenBytes + cost > limits.bytesMax()) {
        break;
      }
      ring.pollFirst();
      state.queue.pollFirst();
      if (first) {
        conversations.add(state);
      }
      state.inFlight.add(next);
      takenBytes += cost;
      taken++;
      if (!state.queue.isEmpty()) {
        ring.addLast(state);
      }
    }
    entries.add(-taken);
    return new Taken(conversations, taken);
  }

  /// Takes back all that one conversation has queued.
  List<PendingEntry> withdraw(ConversationState state) {
    if (state.queue.isEmpty()) {
      return List.of();
    }
    ring.remove(state);
    List<PendingEntry> withdrawn = new ArrayList<>(state.queue);
    state.queue.clear();
    entries.add(-withdrawn.size());
    return withdrawn;
  }

  private static int overhead(ConversationState state, PendingEntry next) {
    return CONVERSATION_OVERHEAD_BYTES + PIN_BYTES_MAX * Math.max(state.tipPins.size(), next.after.pins().size())
        + state.id.length() + 3 * Math.max(state.tipTitle.length(), next.after.title().length());
  }
}
