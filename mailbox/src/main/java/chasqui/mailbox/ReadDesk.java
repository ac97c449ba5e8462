package chasqui.mailbox;

import chasqui.log.v1.Entry;
import chasqui.mailbox.Watermarks.Interval;
import chasqui.mailbox.store.WatermarkStore.Delivered;
import chasqui.mailbox.store.WatermarkStore.Read;
import chasqui.mailbox.store.WatermarkStore.Watermark;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.ReadMarkSaved;
import chasqui.mailbox.v1.Refusal;
import chasqui.mailbox.v1.SaveReadMark;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stores what users have read, never beyond what they may read, and counts what lies before it.
///
/// A mark at the head needs no counting: everything is read. Any other is counted in the log, from the mark before or back
/// from the head, whichever is nearer; so each entry is read about once for each user, however many marks come.
final class ReadDesk {

  private static final Logger LOG = LoggerFactory.getLogger(ReadDesk.class);

  /// Counted at one time in a stripe; more wait for their turn.
  static final int COUNTS_MAX = 4;

  private final StripeContext context;
  private final StateReads reads;
  private final Watermarks watermarks;
  private final Turns turns;
  // By conversation and user.
  private final UserQueue counts;

  ReadDesk(StripeContext context, StateReads reads, Watermarks watermarks) {
    this.context = context;
    this.reads = reads;
    this.watermarks = watermarks;
    this.turns = new Turns(context, COUNTS_MAX);
    this.counts = new UserQueue(context.config.users().waitingPerUserMax());
  }

  void take(Ask ask) {
    String conversationId = ask.request.getSaveReadMark().getConversationId();
    Refusal problem = Rules.userProblem("caller.user_id", ask.caller().getUserId());
    if (problem != null || conversationId.isEmpty()) {
      context.answers.refuse(ask, problem != null ? problem : Refusals.invalid("conversation_id", "1 to 64 bytes"));
      return;
    }
    reads.one(ask, conversationId, state -> begin(ask, state));
  }

  long counting() {
    return turns.open();
  }

  private void begin(Ask ask, ConversationState state) {
    String userId = ask.caller().getUserId();
    if (state.clippedHead(userId) == 0) {
      context.answers.refuse(ask, Refusals.NOT_FOUND);
      return;
    }
    long generation = ask.request.getSaveReadMark().getGeneration();
    if (generation != 0 && generation != state.generation) {
      context.answers.refuse(ask, Refusals.GENERATION_CHANGED);
      return;
    }
    watermarks.load(List.of(state), userId, failure -> {
      if (failure != null) {
        context.answers.refuse(ask, context.readFailed(failure));
      } else {
        mark(ask, state);
      }
    });
  }

  private void mark(Ask ask, ConversationState state) {
    switch (need(ask, state)) {
      case Need.Nothing _ -> answer(ask, state);
      case Need.Stored(Read read) -> save(ask, state, read, () -> { });
      case Need.Counted _ -> count(ask, state);
    }
  }

  /// One at a time for each user and conversation: the next counts from where this one ends, or need not count at all.
  private void count(Ask ask, ConversationState state) {
    String who = state.id + ' ' + ask.caller().getUserId();
    Runnable over = () -> counts.done(who);
    boolean taken = counts.run(who, () -> {
      switch (need(ask, state)) {
        case Need.Nothing _ -> {
          answer(ask, state);
          over.run();
        }
        case Need.Stored(Read read) -> save(ask, state, read, over);
        case Need.Counted need -> {
          Count count = new Count(ask, state, need, over);
          turns.await(ask, 1, count::step, over);
        }
      }
    });
    if (!taken) {
      context.answers.refuse(ask, Refusals.overloaded("mailbox.counts", context.config.queues().retryAfter()));
    }
  }

  /// What a mark needs.
  private sealed interface Need {

    /// Less than what is stored.
    record Nothing() implements Need {}

    /// To be stored as it is.
    record Stored(Read read) implements Need {}

    /// A count first.
    ///
    /// @param known the counts up to a known place
    /// @param seq the place whose counts are wanted
    /// @param sign 1 if it lies after the known one, else -1
    /// @param after begin of the part between the two, exclusive
    record Counted(Read known, long seq, int sign, long after, long upto) implements Need {}
  }

  private static Need need(Ask ask, ConversationState state) {
    String userId = ask.caller().getUserId();
    SaveReadMark asked = ask.request.getSaveReadMark();
    Interval interval = Interval.of(state, userId);
    // Unsigned on the wire: a negative number is beyond any head.
    long seq = asked.getRead() < 0 ? interval.end() : Math.min(asked.getRead(), interval.end());
    Read before = Watermarks.read(state, userId);
    if (before.joinSeq() != interval.joinSeq()) {
      // What was read before the user joined again is not counted.
      before = new Read(state.generation, interval.joinSeq() - 1, interval.joinSeq(), 0, 0);
    }
    if (seq <= before.seq()) {
      return new Need.Nothing();
    }
    Read all = new Read(state.generation, interval.end(), interval.joinSeq(), interval.messages(), interval.mentions());
    if (seq == interval.end()) {
      return new Need.Stored(all);
    }
    return seq - before.seq() <= interval.end() - seq
        ? new Need.Counted(before, seq, 1, before.seq(), seq)
        : new Need.Counted(all, seq, -1, seq, interval.end());
  }

  /// @param then runs once it is stored and answered, or refused
  private void save(Ask ask, ConversationState state, Read read, Runnable then) {
    Map<String, Watermark> saved =
        Map.of(state.id, new Watermark(new Delivered(read.generation(), read.seq()), read));
    context.when(context.store.watermarks().save(ask.caller().getUserId(), saved), (done, failure) -> {
      if (failure != null) {
        context.answers.refuse(ask, context.writeFailed(failure));
        then.run();
        return;
      }
      // Watermarks are kept in memory by the owner: confirmed again, so that the next owner loads them after this write.
      context.confirmed(() -> {
        watermarks.stored(ask, List.of(state), saved);
        answer(ask, state);
        then.run();
      }, () -> {
        context.answers.refuse(ask, Refusals.OUTCOME_UNKNOWN);
        then.run();
      });
    });
  }

  private void answer(Ask ask, ConversationState state) {
    context.answers.give(ask, MailboxResponse.newBuilder().setReadMarkSaved(ReadMarkSaved.newBuilder()
        .setConversationId(state.id)
        .setGeneration(state.generation)
        .setReadState(Watermarks.readState(state, ask.caller().getUserId()))));
  }

  /// Counts what others said in a part of the log, page after page.
  private final class Count {
    private final Ask ask;
    private final ConversationState state;
    private final Need.Counted need;
    private final Runnable over;
    private long after;
    private long messages;
    private long mentions;

    Count(Ask ask, ConversationState state, Need.Counted need, Runnable over) {
      this.ask = ask;
      this.state = state;
      this.need = need;
      this.over = over;
      this.after = need.after();
    }

    void step() {
      MailboxConfig.Reads limits = context.config.reads();
      context.when(
          context.store.conversations().readLog(
              state.id, after, need.upto(), limits.rangeEntriesMax(), limits.rangeBytesMax(), false),
          (page, failure) -> {
            if (failure != null) {
              end(context.readFailed(failure));
            } else if (page.isEmpty()) {
              LOG.error("conversation {}: the log holds nothing in ({}, {}] below the head", state.id, after, need.upto());
              end(Refusals.INTERNAL);
            } else {
              counted(page);
            }
          });
    }

    private void counted(List<Entry> page) {
      String userId = ask.caller().getUserId();
      for (Entry entry : page) {
        if (Tally.counts(entry, userId)) {
          messages += need.sign();
          mentions += Tally.mentions(entry, userId) ? need.sign() : 0;
        }
      }
      after = page.getLast().getSeq();
      if (after < need.upto()) {
        step();
        return;
      }
      Read known = need.known();
      save(ask, state, new Read(
          known.generation(), need.seq(), known.joinSeq(), known.messages() + messages, known.mentions() + mentions), over);
      turns.ended(1);
    }

    private void end(Refusal refusal) {
      context.answers.refuse(ask, refusal);
      turns.ended(1);
      over.run();
    }
  }
}
