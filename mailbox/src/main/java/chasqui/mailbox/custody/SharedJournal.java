package chasqui.mailbox.custody;

import chasqui.mailbox.store.CommitOutcome;
import chasqui.mailbox.store.FatalHandler;
import chasqui.mailbox.store.Journal;
import chasqui.mailbox.store.shared.JournalTable.JournalId;
import chasqui.mailbox.store.shared.SharedTables;
import chasqui.store.v1.JournalBatch;
import chasqui.store.v1.Seal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The journals of this incarnation, one of each stripe.
final class SharedJournal implements Journal {

  static final Duration TICK = Duration.ofMillis(250);
  static final Duration CLOCK_LOOKS_EVERY = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(SharedJournal.class);

  private final String incarnation;
  private final Loop loop;
  private final Unapplied unapplied;
  private final FatalHandler fatal;
  private final List<StripeJournal> stripes = new ArrayList<>();
  private final SharedParts parts;
  private volatile boolean sealed;
  private volatile boolean clockAhead;

  /// @param fatal told, once, when a journal was sealed by another
  SharedJournal(String incarnation, int stripes, SharedParts parts, CustodyMetrics metrics, Loop loop, Applier applier) {
    this.incarnation = incarnation;
    this.loop = loop;
    this.parts = parts;
    this.fatal = parts.fatal();
    Room room = new Room(loop);
    this.unapplied = new Unapplied(loop, applier, room, parts.crashPoints());
    StripeJournal.Parts shared = new StripeJournal.Parts(
        parts.tables().journal(), loop, room, unapplied, parts.clock(), metrics, this::sealMet);
    for (int stripe = 0; stripe < stripes; stripe++) {
      this.stripes.add(new StripeJournal(new JournalId(incarnation, stripe), shared));
    }
    metrics.queue("mailbox.unapplied", room::entries, Room.ENTRIES_MAX);
    metrics.queue("mailbox.unapplied.bytes", room::bytes, Room.BYTES_MAX);
    metrics.queue("mailbox.applies", applier::open, Applier.OPEN_MAX);
    metrics.gauge("chasqui.mailbox.applies.failing",
        "Conversations of which commits cannot be applied, since many tries", applier::failing);
    metrics.gauge("chasqui.mailbox.journals.stuck", "Journals with a commit that has no outcome for a second",
        () -> IntStream.range(0, stripes).filter(this::isStuck).count());
  }

  void start() {
    loop.every(CLOCK_LOOKS_EVERY, this::compareClocks);
    loop.every(TICK, () -> {
      stripes.forEach(StripeJournal::tick);
      unapplied.tick();
    });
  }

  // What is stamped by a clock that is far ahead cannot be applied, or stands against all that comes until then.
  private void compareClocks() {
    loop.when(parts.tables().time(), (theirs, failure) -> {
      if (failure != null) {
        return;
      }
      Duration ahead = Duration.between(theirs, parts.clock().instant());
      boolean now = ahead.compareTo(SharedTables.AHEAD_MAX) > 0;
      if (now) {
        LOG.error("the clock of this node is {} hours ahead of the store's: nothing is committed until it is right",
            ahead.toHours());
      } else if (clockAhead) {
        LOG.info("the clock of this node is right again");
      }
      clockAhead = now;
    });
  }

  @Override
  public CompletionStage<CommitOutcome> commit(int stripe, JournalBatch batch) {
    return stripes.get(stripe).commit(batch);
  }

  @Override
  public int unapplied() {
    return unapplied.entries();
  }

  @Override
  public boolean isStuck(int stripe) {
    return clockAhead || stripes.get(stripe).isStuck();
  }

  CompletionStage<Boolean> confirm(int stripe) {
    return stripes.get(stripe).confirm();
  }

  /// What a reader of the conversation has to wait for; null if nothing. Any thread.
  CompletionStage<Void> unapplied(String conversationId) {
    return unapplied.of(conversationId);
  }

  /// True once another has sealed a journal of ours: nothing is served any more. Any thread.
  boolean isSealed() {
    return sealed;
  }

  int stripes() {
    return stripes.size();
  }

  /// Runs the event on the loop once all that the stripe has committed now is applied.
  void whenApplied(int stripe, Runnable event) {
    loop.execute(() -> stripes.get(stripe).whenApplied(event));
  }

  private void sealMet(JournalId journal, Seal seal) {
    if (!sealed) {
      sealed = true;
      stripes.forEach(StripeJournal::end);
      fatal.fatal("journal " + journal.stripe() + " was sealed by " + seal.getByIncarnation()
          + ": other nodes serve what this process served", null);
    }
  }

  /// Ends every journal in good order: with a seal of our own, all applied. Completes once all seals stand.
  CompletionStage<Void> leave() {
    CompletableFuture<Void> left = new CompletableFuture<>();
    loop.execute(() -> CompletableFuture.allOf(stripes.stream()
            .map(stripe -> stripe.leave(incarnation).toCompletableFuture()).toArray(CompletableFuture[]::new))
        .thenRun(() -> left.complete(null)));
    return left;
  }

  /// Nothing is committed from here on.
  void close() {
    loop.execute(() -> stripes.forEach(StripeJournal::end));
  }
}
