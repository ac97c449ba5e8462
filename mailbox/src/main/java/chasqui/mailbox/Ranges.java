package chasqui.mailbox;

import chasqui.log.v1.Entry;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.RangeRead;
import chasqui.mailbox.v1.ReadRange;
import chasqui.mailbox.v1.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads parts of logs, clipped to the reader's membership. What lies between two intervals of a membership is covered by
/// the answer without being in it; so is nothing else.
final class Ranges {

  private static final Logger LOG = LoggerFactory.getLogger(Ranges.class);
  private static final int ENTRIES_DEFAULT = 100;

  private final StripeContext context;
  private final StateReads reads;
  // Weighed by the bytes that their answers may come to.
  private final Turns turns;
  private final LogTails tails;

  Ranges(StripeContext context, StateReads reads) {
    this.context = context;
    this.reads = reads;
    this.turns = new Turns(context, context.config.reads().rangesOpenBytesMax());
    this.tails = new LogTails(context);
  }

  void take(Ask ask) {
    if (!turns.refusesCongested(ask)) {
      reads.one(ask, ask.request.getReadRange().getConversationId(), state -> begin(ask, state));
    }
  }

  private void begin(Ask ask, ConversationState state) {
    ReadRange range = ask.request.getReadRange();
    String userId = ask.caller().getUserId();
    long head = state.clippedHead(userId);
    if (head == 0) {
      context.answers.refuse(ask, Refusals.NOT_FOUND);
      return;
    }
    // Unsigned on the wire: what is beyond any head counts as the head.
    long upto = range.getUpto() < 0 ? head : Math.min(range.getUpto(), head);
    long after = range.getAfter() < 0 ? upto : Math.min(range.getAfter(), upto);
    Run run = new Run(ask, state, after, upto, head);
    for (Membership interval = state.roster.newest(userId); interval != null; interval = interval.earlier) {
      run.mayRead(interval);
    }
    turns.await(ask, run.bytesMax, run::step);
  }

  /// What the ranges being read may come to.
  long openBytes() {
    return turns.open();
  }

  /// A part of the range that lies within one interval: `(after, upto]`, never empty.
  private record Part(long after, long upto) {}

  private final class Run {
    private final Ask ask;
    private final ConversationState state;
    private final boolean newestFirst;
    private final long head;
    // Ascending; what is still to be read.
    private final Deque<Part> parts = new ArrayDeque<>(2);
    private final List<Entry> entries = new ArrayList<>();
    private final int bytesMax;
    private long after;
    private long upto;
    private int entriesLeft;
    private int bytesLeft;

    Run(Ask ask, ConversationState state, long after, long upto, long head) {
      ReadRange range = ask.request.getReadRange();
      MailboxConfig.Reads limits = context.config.reads();
      this.ask = ask;
      this.state = state;
      this.newestFirst = range.getNewestFirst();
      this.head = head;
      this.after = after;
      this.upto = upto;
      int entriesAsked = range.getEntriesMax() == 0 ? ENTRIES_DEFAULT : range.getEntriesMax();
      entriesLeft = entriesAsked < 0 ? limits.rangeEntriesMax() : Math.min(entriesAsked, limits.rangeEntriesMax());
      int bytesAsked = range.getBytesMax();
      bytesMax = bytesAsked <= 0 ? limits.rangeBytesMax() : Math.min(bytesAsked, limits.rangeBytesMax());
      bytesLeft = bytesMax;
    }

    /// Intervals come newest first.
    void mayRead(Membership interval) {
      long partAfter = Math.max(after, interval.joinSeq - 1);
      long partUpto = interval.endAt(upto);
      if (partAfter < partUpto) {
        parts.addFirst(new Part(partAfter, partUpto));
      }
    }

    void step() {
      if (parts.isEmpty()) {
        answer();
        return;
      }
      Part part = newestFirst ? parts.peekLast() : parts.peekFirst();
      if (entriesLeft <= 0 || bytesLeft <= 0) {
        cut(part);
        return;
      }
      tails.read(
          state, part.after(), part.upto(), entriesLeft, bytesLeft, newestFirst,
          (read, failure) -> read(part, read, failure));
    }

    private void read(Part part, List<Entry> read, Throwable failure) {
      if (failure != null) {
        refuse(context.readFailed(failure));
        return;
      }
      if (read.isEmpty()) {
        LOG.error("conversation {}: the log holds nothing in ({}, {}] below the head", state.id, part.after(), part.upto());
        refuse(Refusals.INTERNAL);
        return;
      }
      int bytes = 0;
      for (Entry entry : read) {
        bytes += entry.getSerializedSize();
      }
      // A store gives one entry however large it is; beside others that would break the bound.
      if (bytes > bytesLeft && !entries.isEmpty()) {
        cut(part);
        return;
      }
      entries.addAll(newestFirst ? 0 : entries.size(), read);
      entriesLeft -= read.size();
      bytesLeft -= bytes;
      Part rest = newestFirst
          ? new Part(part.after(), read.getFirst().getSeq() - 1)
          : new Part(read.getLast().getSeq(), part.upto());
      if (rest.after() < rest.upto()) {
        cut(rest);
        return;
      }
      if (newestFirst) {
        parts.pollLast();
      } else {
        parts.pollFirst();
      }
      step();
    }

    /// The answer ends before `unread`.
    private void cut(Part unread) {
      if (newestFirst) {
        after = unread.upto();
      } else {
        upto = unread.after();
      }
      answer();
    }

    private void refuse(Refusal refusal) {
      context.answers.refuse(ask, refusal);
      end();
    }

    private void end() {
      turns.ended(bytesMax);
    }

    private void answer() {
      context.answers.give(ask, MailboxResponse.newBuilder().setRangeRead(RangeRead.newBuilder()
          .setConversationId(state.id)
          .setGeneration(state.generation)
          .setAfter(after)
          .setUpto(upto)
          .addAllEntries(entries)
          .setHead(head)));
      end();
    }
  }
}
