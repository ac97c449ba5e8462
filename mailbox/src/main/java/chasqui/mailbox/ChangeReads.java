package chasqui.mailbox;

import chasqui.log.fold.Changes;
import chasqui.log.v1.Entry;
import chasqui.mailbox.store.ChangeRows;
import chasqui.mailbox.v1.ChangesRead;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.ReadChanges;
import chasqui.mailbox.v1.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads what changed the messages of a part of a log, as far as the reader may see both the message and the change. Of a
/// message that was edited the newest content that the reader may see is read from the log.
final class ChangeReads {

  /// Read at one time in a stripe; more wait for their turn. Each may come to a range's bytes and as many rows as allowed.
  static final int OPEN_MAX = 8;

  private final StripeContext context;
  private final StateReads reads;
  private final Turns turns;

  ChangeReads(StripeContext context, StateReads reads) {
    this.context = context;
    this.reads = reads;
    this.turns = new Turns(context, OPEN_MAX);
  }

  void take(Ask ask) {
    if (!turns.refusesCongested(ask)) {
      reads.one(ask, ask.request.getReadChanges().getConversationId(), state -> begin(ask, state));
    }
  }

  long open() {
    return turns.open();
  }

  private void begin(Ask ask, ConversationState state) {
    ReadChanges asked = ask.request.getReadChanges();
    long head = state.clippedHead(ask.caller().getUserId());
    if (head == 0) {
      context.answers.refuse(ask, Refusals.NOT_FOUND);
      return;
    }
    // Unsigned on the wire: what is beyond any head counts as the head.
    long upto = clip(asked.getUpto(), head);
    Run run = new Run(ask, state, clip(asked.getAfter(), upto), upto, clip(asked.getChangesUpto(), head));
    turns.await(ask, 1, run::read);
  }

  private static long clip(long seq, long max) {
    return seq < 0 ? max : Math.min(seq, max);
  }

  private final class Run {
    private final Ask ask;
    private final ConversationState state;
    private final Membership reader;
    private final boolean newestFirst;
    private final long changesUpto;
    private final List<Entry> changes = new ArrayList<>();
    // Edits whose content is still to be read: those to be answered first come first.
    private final ArrayDeque<Entry> edits = new ArrayDeque<>();
    private long after;
    private long upto;
    private int bytesLeft = context.config.reads().rangeBytesMax();
    private boolean first = true;

    Run(Ask ask, ConversationState state, long after, long upto, long changesUpto) {
      this.ask = ask;
      this.state = state;
      this.reader = state.roster.newest(ask.caller().getUserId());
      this.newestFirst = ask.request.getReadChanges().getNewestFirst();
      this.after = after;
      this.upto = upto;
      this.changesUpto = changesUpto;
    }

    void read() {
      context.when(
          context.store.conversations().readChanges(
              state.id, after, upto, context.config.changes().rowsMax(), newestFirst),
          (rows, failure) -> {
            if (failure != null) {
              end(context.readFailed(failure));
            } else {
              sift(rows);
              readContents();
            }
          });
    }

    private void sift(ChangeRows rows) {
      if (!rows.whole()) {
        cut(Changes.targetOf(newestFirst ? rows.rows().getFirst() : rows.rows().getLast()), true);
      }
      Map<Long, Entry> newestEdits = new LinkedHashMap<>();
      for (Entry change : rows.rows()) {
        long target = Changes.targetOf(change);
        if (change.getSeq() <= changesUpto && reader.sees(target) && reader.sees(change.getSeq())) {
          // Which device it was and under which id is nobody's business.
          Entry shown = change.toBuilder().clearSenderDevice().clearClientMessageId().build();
          changes.add(shown);
          if (change.hasEdit()) {
            newestEdits.put(target, shown);
          } else if (change.hasDeletion()) {
            newestEdits.remove(target);
          }
        }
      }
      Comparator<Entry> byTarget = Comparator.comparingLong(Changes::targetOf);
      newestEdits.values().stream().sorted(newestFirst ? byTarget.reversed() : byTarget).forEach(edits::addLast);
    }

    private void readContents() {
      Entry edit = edits.pollFirst();
      if (edit == null) {
        answer();
        return;
      }
      long seq = edit.getSeq();
      context.when(
          context.store.conversations().readLog(state.id, seq - 1, seq, 1, Integer.MAX_VALUE, false),
          (entries, failure) -> {
            if (failure != null) {
              end(context.readFailed(failure));
            } else if (entries.size() != 1) {
              end(Refusals.INTERNAL);
            } else {
              content(edit, entries.getFirst());
            }
          });
    }

    private void content(Entry edit, Entry whole) {
      bytesLeft -= whole.getSerializedSize();
      if (bytesLeft < 0 && !first) {
        cut(Changes.targetOf(edit), false);
        answer();
        return;
      }
      first = false;
      Entry.Builder full = edit.toBuilder();
      full.getEditBuilder().setMessage(whole.getEdit().getMessage());
      changes.set(changes.indexOf(edit), full.build());
      readContents();
    }

    /// The answer ends at a message, with it or before it.
    private void cut(long target, boolean with) {
      if (newestFirst) {
        after = with ? target - 1 : target;
      } else {
        upto = with ? target : target - 1;
      }
    }

    private void answer() {
      changes.removeIf(change -> Changes.targetOf(change) <= after || Changes.targetOf(change) > upto);
      context.answers.give(ask, MailboxResponse.newBuilder().setChangesRead(ChangesRead.newBuilder()
          .setConversationId(state.id)
          .setAfter(after)
          .setUpto(upto)
          .addAllChanges(changes)));
      ended();
    }

    private void end(Refusal refusal) {
      context.answers.refuse(ask, refusal);
      ended();
    }

    private void ended() {
      turns.ended(1);
    }
  }
}
