package chasqui.mailbox;

import chasqui.discovery.CrashPoints;
import chasqui.mailbox.store.MailboxStore;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One journal and the conversations and users whose slots it serves: requests go in, answers and pushes come out at
/// their ports, reads and commits go to the store.
///
/// Without threads: every call, and every completion that the re-entry executor brings back, is one event on one thread.
/// {@link StripeRunner} provides the thread; the simulator provides its own. Whoever feeds the stripe calls
/// {@link #flush} after one event or many: what has queued by then becomes one commit.
public final class Stripe {

  private static final Logger LOG = LoggerFactory.getLogger(Stripe.class);

  private final StripeContext context;
  private final StateCache states;
  private final CommitQueue queue;
  private final Appends appends;
  private final Committer committer;
  private final Positions positions;
  private final Ranges ranges;
  private final ChangeReads changeReads;
  private final Cursors cursors;
  private final ReadDesk readDesk;
  private final ReceiptPages receiptPages;
  private final Descriptions descriptions;
  private final ActivityReads activityReads;
  private final EntryTraces entryTraces;
  private final UserDesk userDesk;
  private final List<Releasing> releasing = new ArrayList<>(0);

  private record Releasing(int slot, CompletableFuture<Void> released) {}

  /// @param stripe which journal
  /// @param reentry brings completions of the store back as events of this stripe: it runs each with {@link #resume};
  ///     must take all that it is given, how many there can be is bounded by the open requests
  public Stripe(
      int stripe,
      MailboxConfig config,
      MailboxStore store,
      Custody custody,
      MailboxMetrics metrics,
      CrashPoints crashPoints,
      Executor reentry) {
    context = new StripeContext(stripe, config, store, custody, metrics, crashPoints, reentry);
    ConversationIds ids = new ConversationIds(store.dataSet().getConversationIdKey().toByteArray());
    states = new StateCache(context);
    queue = new CommitQueue(config.batches());
    appends = new Appends(context, states, queue, new Rules(config.conversations(), config.changes(), ids));
    Unsettled unsettled = new Unsettled(context, states);
    committer = new Committer(context, states, queue, appends, unsettled);
    StateReads reads = new StateReads(context, states);
    Watermarks watermarks = new Watermarks(context, states);
    positions = new Positions(context, reads, watermarks);
    ranges = new Ranges(context, reads);
    changeReads = new ChangeReads(context, reads);
    cursors = new Cursors(context, reads, watermarks);
    readDesk = new ReadDesk(context, reads, watermarks);
    receiptPages = new ReceiptPages(context, reads);
    descriptions = new Descriptions(context, reads, watermarks);
    activityReads = new ActivityReads(context, reads);
    entryTraces = new EntryTraces(context, reads);
    userDesk = new UserDesk(context, ids);
    metrics.queue("mailbox.open." + stripe, context.answers::open, config.queues().openMax());
    metrics.queue("mailbox.open.bytes." + stripe, context.answers::openBytes, config.queues().openBytesMax());
    metrics.queue("mailbox.commit." + stripe, queue::entries, config.queues().openMax());
    metrics.queue("mailbox.ranges.bytes." + stripe, ranges::openBytes, config.reads().rangesOpenBytesMax());
    metrics.queue("mailbox.unsettled." + stripe, unsettled::waiting, unsettled.entriesMax());
    metrics.queue("mailbox.targets." + stripe, appends::targetsHeld, config.changes().targetsMax());
    metrics.queue("mailbox.changes." + stripe, changeReads::open, ChangeReads.OPEN_MAX);
    metrics.queue("mailbox.counts." + stripe, readDesk::counting, ReadDesk.COUNTS_MAX);
    metrics.queue("mailbox.states." + stripe, states::weight, states.weightMax());
  }

  /// Takes a request, whose slot is of this stripe. The answer comes at the port, now or later.
  public void handle(MailboxRequest request, MailboxPort port, int slot, long nowMicros) {
    context.nowMicros = nowMicros;
    handle(new Ask(request, port, slot));
  }

  /// Runs a completion that the re-entry executor was given.
  public void resume(Runnable completion, long nowMicros) {
    context.nowMicros = nowMicros;
    completion.run();
  }

  /// The turn is over, all events that are there were handled: commits what has queued, unless a commit is under way, and
  /// sends what was answered.
  public void flush(long nowMicros) {
    context.nowMicros = nowMicros;
    committer.flush();
    context.answers.flush();
    states.trim();
    releaseQuiet();
  }

  /// The slot is not served any more, as {@link Custody#serves} says already: completes, on the stripe's thread, once
  /// nothing of it is queued or under way and nothing of it is remembered. An event of the stripe, like {@link #handle}.
  public CompletionStage<Void> release(int slot) {
    CompletableFuture<Void> released = new CompletableFuture<>();
    releasing.add(new Releasing(slot, released));
    return released;
  }

  // What is queued or in flight of a slot belongs to an ask that is open.
  private void releaseQuiet() {
    if (releasing.isEmpty()) {
      return;
    }
    List<Releasing> quiet = new ArrayList<>();
    releasing.removeIf(one -> !context.answers.isOpen(one.slot) && quiet.add(one));
    for (Releasing one : quiet) {
      states.dropSlot(one.slot, state -> appends.abandon(state, context.notHere()));
      one.released.complete(null);
    }
  }

  /// True if every request was answered and nothing waits for a commit.
  public boolean isIdle() {
    return context.answers.open() == 0 && committer.isIdle();
  }

  void handle(Ask ask, long nowMicros) {
    context.nowMicros = nowMicros;
    handle(ask);
  }

  private void handle(Ask ask) {
    context.answers.opened(ask);
    Refusal refusal = admissionProblem(ask);
    if (refusal != null) {
      context.answers.refuse(ask, refusal);
      return;
    }
    try {
      dispatch(ask);
    } catch (RuntimeException bug) {
      failed(ask, bug);
    }
  }

  private Refusal admissionProblem(Ask ask) {
    MailboxConfig.Queues queues = context.config.queues();
    if (context.answers.open() > queues.openMax()) {
      return Refusals.overloaded("mailbox.open", queues.retryAfter());
    }
    if (context.answers.openBytes() > queues.openBytesMax()) {
      return Refusals.overloaded("mailbox.open.bytes", queues.retryAfter());
    }
    if (!context.custody.serves(ask.slot)) {
      ask.servedBy = context.custody.servedBy(ask.slot);
      return context.notHere();
    }
    ask.epoch = context.custody.epoch(ask.slot);
    return null;
  }

  private void dispatch(Ask ask) {
    switch (ask.request.getOperationCase()) {
      case APPEND -> appends.take(ask);
      case OPEN_POSITIONS -> positions.take(ask);
      case READ_RANGE -> ranges.take(ask);
      case READ_CHANGES -> changeReads.take(ask);
      case SAVE_CURSORS -> cursors.take(ask);
      case SAVE_READ_MARK -> readDesk.take(ask);
      case LIST_RECEIPTS -> receiptPages.take(ask);
      case DESCRIBE_CONVERSATION -> descriptions.describe(ask);
      case READ_ROSTER -> descriptions.roster(ask);
      case READ_ACTIVITY -> activityReads.take(ask);
      case TRACE_ENTRY -> entryTraces.take(ask);
      case READ_MARKS, LIST_MEMBERSHIPS, LIST_ACTIVITY, REGISTER_DEVICE, LIST_DEVICES, REVOKE, COMPLETE_SYNC,
          DERIVE_CONVERSATION_ID, RENAME_DEVICE, SAVE_LAST_SEEN, SET_PRESENCE_VISIBILITY, DESCRIBE_PRESENCE ->
          userDesk.take(ask);
      case REPORT_UNREACHABLE, OPERATION_NOT_SET -> context.answers.refuse(ask, Refusals.UNIMPLEMENTED);
    }
  }

  // A request that we fail on must not take the stripe with it; the state that it worked on is read again.
  private void failed(Ask ask, RuntimeException bug) {
    LOG.error("stripe {}: a bug on {}", context.stripe, ask.request.getOperationCase(), bug);
    context.metrics.bug();
    if (!ask.answered) {
      context.answers.refuse(ask, Refusals.INTERNAL);
    }
    ConversationState state = ask.request.hasAppend() ? states.get(ask.append().getConversationId()) : null;
    if (state != null) {
      committer.distrust(state);
    }
  }
}
