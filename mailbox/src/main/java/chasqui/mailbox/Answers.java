package chasqui.mailbox;

import chasqui.log.v1.Entry;
import chasqui.mailbox.v1.Appended;
import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.MarksStored;
import chasqui.mailbox.v1.Push;
import chasqui.mailbox.v1.ReceiptMoved;
import chasqui.mailbox.v1.Refusal;
import java.util.ArrayList;
import java.util.List;

/// Answers asks, each exactly once, and knows how many are open.
final class Answers {

  private final MailboxMetrics metrics;
  private final int[] openBySlot;
  private final Depth open = new Depth();
  private final Depth openBytes = new Depth();
  // Ports that took something in this turn: few, so a list.
  private final List<MailboxPort> touched = new ArrayList<>();

  Answers(MailboxMetrics metrics, int slots) {
    this.metrics = metrics;
    this.openBySlot = new int[slots];
  }

  /// The ask was taken in.
  void opened(Ask ask) {
    open.add(1);
    openBytes.add(ask.bytes);
    openBySlot[ask.slot]++;
  }

  long open() {
    return open.get();
  }

  /// True while an ask of the slot is open.
  boolean isOpen(int slot) {
    return openBySlot[slot] > 0;
  }

  /// The encoded bytes of what is open.
  long openBytes() {
    return openBytes.get();
  }

  void refuse(Ask ask, Refusal refusal) {
    metrics.refused(refusal.getReason());
    give(ask, MailboxResponse.newBuilder().setRefusal(refusal));
  }

  /// Refuses an ask that a bug of ours may have answered already.
  void refuseUnlessAnswered(Ask ask, Refusal refusal) {
    if (!ask.answered) {
      refuse(ask, refusal);
    }
  }

  /// The entry is durable; `repeated` if this ask was not the one that appended it.
  void appended(Ask ask, ConversationState state, Entry entry, boolean repeated) {
    if (repeated) {
      metrics.repeated();
    }
    give(ask, MailboxResponse.newBuilder().setAppended(Appended.newBuilder()
        .setConversationId(state.id)
        .setSeq(entry.getSeq())
        .setStampMicros(entry.getStampMicros())
        .setGeneration(state.generation)
        .setRepeated(repeated)
        .setMemberCount(repeated ? 0 : state.roster.members())));
  }

  /// Tells the port of the append that the entry is to be fanned out.
  ///
  /// @param marksStored false where {@link #marksStored} follows
  void push(ConversationState state, PendingEntry pending, boolean marksStored) {
    emit(pending.ask.port, MailboxEvent.newBuilder()
        .setPush(Push.newBuilder()
            .setConversationId(state.id)
            .setGeneration(state.generation)
            .setEntry(pending.entry)
            .setRosterSeq(pending.after.rosterSeq())
            .addAllMarkedUsers(marksStored ? pending.effects.marked() : List.of()))
        .build());
  }

  /// The marks of an entry that was pushed are stored now.
  void marksStored(MailboxPort port, MarksStored marks) {
    emit(port, MailboxEvent.newBuilder().setMarksStored(marks).build());
  }

  /// Tells the port of the ask that a watermark rose.
  void moved(Ask ask, ReceiptMoved.Builder moved) {
    emit(ask.port, MailboxEvent.newBuilder().setReceiptMoved(moved).build());
  }

  void give(Ask ask, MailboxResponse.Builder response) {
    Invariants.check(!ask.answered, "a request is answered once");
    ask.answered = true;
    open.add(-1);
    openBytes.add(-ask.bytes);
    openBySlot[ask.slot]--;
    ask.release();
    emit(ask.port, MailboxEvent.newBuilder()
        .setResponse(response.setRequestId(ask.request.getRequestId()).setEpoch(ask.epoch).setServedBy(ask.servedBy))
        .build());
  }

  private void emit(MailboxPort port, MailboxEvent event) {
    if (!touched.contains(port)) {
      touched.add(port);
    }
    port.emit(event);
  }

  /// The turn of the stripe is over.
  void flush() {
    for (MailboxPort port : touched) {
      port.flush();
    }
    touched.clear();
  }
}
