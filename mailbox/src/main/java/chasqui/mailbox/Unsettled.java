package chasqui.mailbox;

import chasqui.log.v1.Entry;
import chasqui.mailbox.v1.Refusal;
import java.util.List;

/// Entries whose commit had an unknown outcome. Their senders were told so and will repeat them; everybody else learns of
/// what was stored after all from here: the conversation is loaded again, and if it ends with these entries, they are
/// pushed. The first repeat would find the entry in the log and push nothing.
///
/// Where that cannot be found out, the openers are told that pushes are missing.
final class Unsettled {

  private final StateCache states;
  private final Answers answers;
  private final int entriesMax;
  private final Depth waiting = new Depth();

  Unsettled(StripeContext context, StateCache states) {
    this.states = states;
    this.answers = context.answers;
    this.entriesMax = context.config.queues().openMax();
  }

  /// Looks what became of the entries, ascending, of one commit and one conversation, whose state was just dropped: the
  /// look comes before anything else that waits for the conversation, so pushes keep their order.
  void find(String conversationId, List<PendingEntry> entries) {
    if (waiting.get() + entries.size() > entriesMax) {
      missed(entries);
      return;
    }
    waiting.add(entries.size());
    states.use(conversationId, new StateCache.Waiter() {
      @Override
      public void loaded(ConversationState state) {
        waiting.add(-entries.size());
        look(state, entries);
      }

      @Override
      public void failed(Refusal refusal) {
        waiting.add(-entries.size());
        missed(entries);
      }
    });
  }

  // A commit is stored whole or not at all, and no two entries of a conversation have one stamp: so its last one tells.
  private void look(ConversationState state, List<PendingEntry> entries) {
    Entry last = entries.getLast().entry;
    if (state.head == last.getSeq() && state.tipStampMicros == last.getStampMicros()) {
      entries.forEach(pending -> answers.push(state, pending, true));
    } else if (state.head >= entries.getFirst().entry.getSeq()) {
      missed(entries);
    }
  }

  private static void missed(List<PendingEntry> entries) {
    entries.stream().map(pending -> pending.ask.port).distinct().forEach(MailboxPort::missed);
  }

  /// Entries of which nobody knows yet.
  long waiting() {
    return waiting.get();
  }

  int entriesMax() {
    return entriesMax;
  }
}
