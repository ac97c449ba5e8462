package chasqui.mailbox;

import chasqui.log.v1.Entry;
import chasqui.mailbox.v1.ActivityRead;
import chasqui.mailbox.v1.MailboxResponse;
import java.util.List;

/// Tells when a conversation had last moved for its reader, as of a moment. Mostly it has not moved since, and memory
/// tells.
final class ActivityReads {

  private final StripeContext context;
  private final StateReads reads;

  ActivityReads(StripeContext context, StateReads reads) {
    this.context = context;
    this.reads = reads;
  }

  void take(Ask ask) {
    reads.one(ask, ask.request.getReadActivity().getConversationId(), state -> read(ask, state));
  }

  private void read(Ask ask, ConversationState state) {
    Membership newest = state.roster.newest(ask.caller().getUserId());
    long head = state.clippedHead(ask.caller().getUserId());
    long asOf = ask.request.getReadActivity().getAsOfMicros();
    if (head == 0) {
      context.answers.refuse(ask, Refusals.NOT_FOUND);
    } else if (head == state.head && state.stampMicros <= asOf) {
      give(ask, state.stampMicros);
    } else {
      long since = asOf == Long.MAX_VALUE ? asOf : asOf + 1;
      context.read(ask, context.store.conversations().firstSeqSince(state.id, since, head), first -> {
        Membership begun = newest.begunAt(first - 1);
        readStamp(ask, state, begun == null ? newest.firstJoinSeq() : begun.endAt(first - 1));
      });
    }
  }

  private void readStamp(Ask ask, ConversationState state, long seq) {
    context.read(ask, context.store.conversations().readLog(state.id, seq - 1, seq, 1, Integer.MAX_VALUE, false),
        (List<Entry> read) -> {
          if (read.isEmpty()) {
            context.answers.refuse(ask, Refusals.INTERNAL);
          } else {
            give(ask, read.getFirst().getStampMicros());
          }
        });
  }

  private void give(Ask ask, long stampMicros) {
    context.answers.give(ask, MailboxResponse.newBuilder()
        .setActivityRead(ActivityRead.newBuilder().setStampMicros(stampMicros)));
  }
}
