package chasqui.client.session;

import chasqui.edge.v1.AuthExpiring;
import chasqui.edge.v1.Evicted;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.Send;
import chasqui.edge.v1.SendAccepted;
import chasqui.edge.v1.SendRejected;
import chasqui.edge.v1.ServerFrame;
import chasqui.edge.v1.Welcome;
import chasqui.error.v1.Reason;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Message;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;

/// The session of one device: every input is a method that takes the time, every output goes to [SessionEffects].
///
/// Not thread-safe: one input at a time, and none from within an effect. Times are milliseconds of one clock of the
/// caller's choice that does not run backwards. After [ClientEvent.Stopped] every input is ignored.
public final class SessionCore {
  private final SessionConfig config;
  private final SessionEffects effects;
  private final RandomGenerator random;
  private final Records records;
  private final Dialer dialer;
  private final SendQueue sends;
  private final RefusedSends refused = new RefusedSends();
  private final Feeds feeds;
  private final AckBook acks;
  private final Ephemera ephemera;
  private final StreamKeeper streams;
  private final FrameWriter writer;
  private long counter;
  private String userId = "";
  private int messageBytesMax = MessageRules.MESSAGE_BYTES_MAX;
  private long framesIgnored;
  private boolean started;
  private boolean leaving;
  private StopCause stopped;

  public SessionCore(SessionConfig config, DurableState restored, RandomGenerator random, SessionEffects effects) {
    this.config = config;
    this.effects = effects;
    this.random = random;
    var bounds = config.bounds();
    var retry = bounds.retry();
    var again = new Backoff(retry.baseMs(), retry.capMs(), random);
    this.records = new Records(effects);
    this.dialer = new Dialer(retry, new Backoff(retry.baseMs(), retry.capMs(), random), config.endpoints(), restored.connectNumber());
    this.sends = new SendQueue(bounds.sends(), again);
    this.feeds = new Feeds(bounds.feeds(), again, new Shown());
    this.acks = new AckBook(bounds.acks());
    this.ephemera = new Ephemera(effects::emit);
    this.streams = new StreamKeeper(retry, effects, records, dialer, sends, feeds);
    this.writer = new FrameWriter(config, effects, dialer, sends, feeds, acks, ephemera);
    this.counter = restored.counter();
    restored.positions().values().forEach(feeds::restore);
    restored.unanswered().forEach(sends::restore);
  }

  /// Begins to connect.
  public void start(long nowMs) {
    started = true;
    dialer.schedule(nowMs);
    settle(nowMs);
  }

  /// Takes a message. Unless it is refused at once, a [ClientEvent.SendSettled] follows.
  public Submission submit(String conversationId, Message message, long nowMs) {
    return submit(Send.newBuilder().setConversationId(conversationId).setMessage(message).build(), nowMs);
  }

  /// Takes a message or a change of one; its id is given here.
  public Submission submit(Send content, long nowMs) {
    if (stopped != null) {
      return new Submission.Ended("the client has ended: " + stopped);
    }
    var broken = MessageRules.broken(content, messageBytesMax);
    if (broken.isPresent()) {
      return broken.get();
    }
    var send = content.toBuilder().setClientMessageId(MessageIds.next(counter + 1, random)).build();
    var full = sends.refusal(send.getSerializedSize());
    if (full.isPresent()) {
      return full.get();
    }
    counter++;
    sends.add(new PendingSend(send, records.append(new StoreRecord.Queued(send), true)));
    ephemera.typing.sent(content.getConversationId());
    settle(nowMs);
    return new Submission.Queued(send.getClientMessageId());
  }

  /// The person types, or stopped. May be called at every key; what is too much is not said.
  public void typing(String conversationId, boolean typing, long nowMs) {
    if (stopped == null) {
      ephemera.typing.own(conversationId, typing, nowMs);
      settle(nowMs);
    }
  }

  /// The person read a conversation up to `seq`, which is no further than what was shown. Kept until the server has stored
  /// it, as long as this session lives.
  public void read(String conversationId, long seq, long nowMs) {
    if (stopped == null) {
      ephemera.receipts.read(userId, conversationId, feeds.generation(conversationId), feeds.shown(conversationId, seq));
      settle(nowMs);
    }
  }

  /// Replaces whom the person wants to see come and go.
  public void watch(Collection<String> users, long nowMs) {
    if (stopped == null) {
      ephemera.watched.watch(users);
      settle(nowMs);
    }
  }

  /// Everything up to this record is durable.
  public void onDurable(long number, long nowMs) {
    sends.durable(number);
    settled(refused.take(number));
    settle(nowMs);
  }

  /// The surroundings cannot carry the session any more, for example because the durable state cannot be written.
  public void onFailure(StopCause cause, String message) {
    stop(cause, message);
  }

  /// A stream takes frames (again).
  public void onWritable(long nowMs) {
    settle(nowMs);
  }

  /// A frame arrived.
  public void onFrame(long number, ServerFrame frame, long nowMs) {
    streams.find(number).ifPresent(stream -> {
      stream.heardAtMs = nowMs;
      if (!leaving) {
        handle(stream, frame, nowMs);
      }
      settle(nowMs);
    });
  }

  /// The stream ended, by whichever side.
  public void onStreamEnded(long number, StreamEnd end, long nowMs) {
    var stream = streams.find(number);
    if (stream.isPresent()) {
      streams.lost(stream.get(), end, nowMs).ifPresent(this::stop);
      settle(nowMs);
    }
  }

  /// The listener is done with everything up to this position.
  public void onShown(Position position, int entries, long nowMs) {
    if (stopped == null && feeds.isCurrent(position)) {
      acks.shown(position, entries, nowMs);
      settle(nowMs);
    }
  }

  /// A token was given.
  public void onToken(String token, long nowMs) {
    streams.gotToken(token);
    settle(nowMs);
  }

  /// No token could be had; it is asked for again with back-off.
  public void onTokenFailed(String message, long nowMs) {
    if (stopped == null) {
      streams.noToken(message, nowMs);
      settle(nowMs);
    }
  }

  /// Frames were not read for a while because the listener is behind: the silence is not the server's.
  public void onInboundPaused(long nowMs) {
    streams.all().forEach(stream -> stream.heardAtMs = nowMs);
    settle(nowMs);
  }

  /// The time asked for with [SessionEffects#wakeAt] has come.
  public void onTimer(long nowMs) {
    settle(nowMs);
  }

  /// Nothing that arrives from here on is shown or told: it is left for the next session, since it could not be noted as
  /// shown any more. What was told before may still be noted, then comes [#close].
  public void leave() {
    leaving = true;
  }

  /// Acks and saves what is due, and ends every stream. Messages without an answer stay in the durable state.
  public void close(long nowMs) {
    if (stopped == null) {
      acks.hurry(nowMs);
      settle(nowMs);
      stop(StopCause.CLOSED, "closed by the application");
    }
  }

  private void handle(Stream stream, ServerFrame frame, long nowMs) {
    switch (frame.getFrameCase()) {
      case WELCOME -> welcomed(stream, frame.getWelcome(), nowMs);
      case SEND_ACCEPTED -> accepted(frame.getSendAccepted(), nowMs);
      case SEND_REJECTED -> rejected(frame.getSendRejected(), nowMs);
      case DELIVERY -> feeds.delivery(frame.getDelivery(), nowMs);
      case HEAD_MOVED -> feeds.headMoved(frame.getHeadMoved(), nowMs);
      case CAUGHT_UP -> {
        stream.caughtUp = true;
        dialer.healthy();
        effects.emit(new ClientEvent.CaughtUp(stream.number, frame.getCaughtUp().getConversations()));
      }
      case DRAIN -> streams.drained(stream, frame.getDrain(), nowMs);
      case EVICTED -> evicted(stream, frame.getEvicted());
      case AUTH_EXPIRING -> expiring(frame.getAuthExpiring());
      case ERROR -> {
        feeds.refused(frame.getError(), nowMs);
        ephemera.receipts.refused(frame.getError(), nowMs);
        effects.emit(new ClientEvent.FrameRefused(frame.getError()));
      }
      // Any frame is a sign of life; this one says nothing else.
      case HEARTBEAT -> {}
      case TYPING -> ephemera.typing.told(frame.getTyping(), nowMs);
      case PRESENCE -> ephemera.watched.told(frame.getPresence());
      case RECEIPT -> ephemera.receipts.told(userId, frame.getReceipt());
      case FRAME_NOT_SET -> framesIgnored++;
    }
  }

  private void welcomed(Stream stream, Welcome welcome, long nowMs) {
    if (stream.phase != Stream.Phase.OPENING) {
      framesIgnored++;
      return;
    }
    stream.welcomed(welcome.getLimits(), config.bounds().sends().unansweredMax(), nowMs);
    stream.creditDue = config.bounds().acks().unackedEntriesMax() > 0;
    userId = welcome.getUserId();
    if (welcome.getLimits().getMessageBytesMax() > 0) {
      messageBytesMax = welcome.getLimits().getMessageBytesMax();
    }
    dialer.welcomed();
    effects.emit(new ClientEvent.Connected(stream.number, stream.endpoint, welcome));
  }

  private void accepted(SendAccepted accepted, long nowMs) {
    var answered = sends.answered(accepted.getClientMessageId(), streams.all());
    if (answered.isEmpty()) {
      return;
    }
    var send = answered.get().send;
    records.append(new StoreRecord.Answered(send.getClientMessageId()), false);
    effects.emit(new ClientEvent.SendSettled(new SendOutcome.Accepted(
        send.getConversationId(), send.getClientMessageId(), accepted.getSeq(), accepted.getStampMicros(),
        accepted.getGeneration())));
    var own = OwnEntry.of(send, accepted)
        .setSenderUser(userId)
        .setSenderDevice(config.deviceId())
        .build();
    feeds.accepted(send.getConversationId(), accepted.getGeneration(), own, nowMs);
  }

  private void rejected(SendRejected rejection, long nowMs) {
    sends.rejected(rejection, streams.all(), nowMs).ifPresent(outcome ->
        refused.add(records.append(new StoreRecord.Answered(outcome.clientMessageId()), true), outcome));
  }

  private void settled(List<? extends SendOutcome> outcomes) {
    outcomes.forEach(outcome -> effects.emit(new ClientEvent.SendSettled(outcome)));
  }

  private void evicted(Stream stream, Evicted evicted) {
    // An older stream superseded by our own newer one is as it should be; the server ends it.
    if (streams.isNewest(stream) || evicted.getReason() != Reason.REASON_SUPERSEDED) {
      stop(new Dialer.Verdict.Stop(StopCause.EVICTED, evicted.getReason(), evicted.getMessage()));
    }
  }

  private void expiring(AuthExpiring expiring) {
    var time = expiring.getExpireTime();
    effects.emit(new ClientEvent.AuthExpiring(Instant.ofEpochSecond(time.getSeconds(), time.getNanos())));
    streams.refreshToken();
  }

  /// After every input: what time has brought, then everything that may be written, then the next wake-up.
  private void settle(long nowMs) {
    if (stopped != null || !started) {
      return;
    }
    streams.onTimer(nowMs).ifPresent(this::stop);
    if (stopped != null) {
      return;
    }
    sends.onTimer(streams.all(), nowMs);
    feeds.onTimer(nowMs);
    ephemera.onTimer(nowMs);
    save(nowMs);
    writer.write(streams.all(), streams.newestLive(), nowMs);
    streams.retire(nowMs);
    effects.wakeAt(deadlineMs(nowMs));
  }

  private void save(long nowMs) {
    var positions = acks.takeUnsaved(nowMs);
    for (int i = 0; i < positions.size(); i++) {
      boolean last = i == positions.size() - 1;
      records.append(new StoreRecord.Reached(positions.get(i)), last && acks.takeSyncDue(nowMs));
    }
  }

  private long deadlineMs(long nowMs) {
    long earliest = Math.min(Math.min(sends.deadlineMs(nowMs), feeds.deadlineMs(nowMs)), ephemera.deadlineMs(nowMs));
    earliest = Math.min(earliest, StreamKeeper.later(acks.ackDeadlineMs(), nowMs));
    return Math.min(Math.min(earliest, acks.saveDeadlineMs()), streams.deadlineMs(nowMs));
  }

  private void stop(Dialer.Verdict.Stop verdict) {
    if (stopped == null && verdict.cause() == StopCause.EVICTED) {
      effects.emit(new ClientEvent.Evicted(verdict.reason(), verdict.message()));
    }
    stop(verdict.cause(), verdict.message());
  }

  private void stop(StopCause cause, String message) {
    if (stopped != null) {
      return;
    }
    stopped = cause;
    streams.endAll(cause == StopCause.CLOSED, message);
    settled(cause == StopCause.CLOSED ? refused.take(Long.MAX_VALUE) : refused.doubtful(message));
    settled(sends.pending(message));
    effects.emit(new ClientEvent.Stopped(cause, message));
    effects.wakeAt(Long.MAX_VALUE);
  }

  /// What this session holds and what happened in it.
  public SessionCounts counts() {
    return new SessionCounts(
        sends.size() + refused.size(), sends.resends(), feeds.requests(), feeds.overflows(), feeds.gaps(), framesIgnored);
  }

  /// What the feeds show goes to the listener.
  private final class Shown implements Feeds.Sink {
    @Override
    public void entry(String conversationId, long generation, Entry entry) {
      boolean own = entry.getSenderUser().equals(userId) && entry.getSenderDevice().equals(config.deviceId());
      ephemera.typing.entry(conversationId, entry.getSenderUser());
      effects.emit(new ClientEvent.EntryReceived(conversationId, generation, entry, own));
    }

    @Override
    public void event(ClientEvent event) {
      effects.emit(event);
    }

    @Override
    public void reached(Position position, int entries) {
      effects.reached(position, entries);
    }
  }
}
