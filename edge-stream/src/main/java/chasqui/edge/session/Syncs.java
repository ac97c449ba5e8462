package chasqui.edge.session;

import chasqui.edge.v1.CaughtUp;
import chasqui.edge.v1.ServerFrame;
import chasqui.mailbox.v1.CompleteSync;
import chasqui.mailbox.v1.DeviceRegistered;
import chasqui.mailbox.v1.MailboxRequest;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// When conversations are compared with their owners: once at the beginning, which ends in `CaughtUp`; from time to time;
/// and when heads may have been lost on the way.
///
/// A sync is dated by its start and completed only when all it covered is acked and stored; every sync asks from the day
/// before the last completed one, so one that is never completed hides nothing.
final class Syncs {

  private static final long DAY_MICROS = Duration.ofDays(1).toNanos() / 1000;

  private final SessionContext session;
  private final ConversationTracks tracks;
  private final BooleanSupplier room;
  private final Runnable recheck;
  private PositionOpener opener;
  private SyncRun run;
  private boolean caughtUp;
  private boolean completing;
  private boolean isFirstRun = true;
  private boolean isNewDevice;
  private long syncedMicros;
  private long startedMillis;
  private long nextMillis = Long.MAX_VALUE;

  /// @param room whether what comes with a position finds room
  /// @param recheck asks whether the device was signed out meanwhile
  Syncs(SessionContext session, ConversationTracks tracks, BooleanSupplier room, Runnable recheck) {
    this.session = session;
    this.tracks = tracks;
    this.room = room;
    this.recheck = recheck;
  }

  /// The device is registered: the first sync begins.
  void begin(DeviceRegistered device, PositionOpener positionOpener, long nowMillis) {
    opener = positionOpener;
    // One whose first sync was cut short is new still: what it was told of heads and did not ack is told again, and no entry
    // from before comes after those that it has shown.
    isNewDevice = device.getNewDevice() || device.getSyncedMicros() == 0;
    syncedMicros = device.getSyncedMicros();
    start(nowMillis);
  }

  /// Whether this is the first sync of a device, which is told heads.
  boolean isFirst() {
    return isNewDevice && !caughtUp;
  }

  /// Heads may have been lost: compares within a while, spread over sessions.
  void compareSoon(long nowMillis) {
    long spread = session.limits().timing().compareSpread().toMillis();
    nextMillis = Math.min(nextMillis, nowMillis + session.shared.random().nextLong(spread + 1));
  }

  /// Goes on with the sync under way; starts the next when it is due.
  void advance(long nowMillis) {
    if (run != null) {
      run.advance(nowMillis);
      if (run.isSent() && !caughtUp) {
        caughtUp = true;
        session.out.control(
            ServerFrame.newBuilder().setCaughtUp(CaughtUp.newBuilder().setConversations(run.missed())).build(), nowMillis);
        session.metrics().caughtUp(nowMillis - startedMillis);
      }
      if (run.isStored()) {
        complete(run.startedMicros(), nowMillis);
        run = null;
        isFirstRun = false;
      }
    }
    // One that waits for acks alone gives way to the next, which covers the same days again.
    if (nowMillis >= nextMillis && caughtUp && (run == null || run.isSent())) {
      recheck.run();
      isFirstRun = false;
      start(nowMillis);
    }
  }

  void opened(String conversationId, ConversationTrack track) {
    if (run != null) {
      run.opened(conversationId, track);
    }
  }

  void retry(String conversationId, long nowMillis) {
    if (run != null) {
      run.retry(conversationId, nowMillis);
    }
  }

  void reopened(ConversationTrack track) {
    if (run != null) {
      run.reopened(track);
    }
  }

  void settled(ConversationTrack track) {
    if (run != null) {
      run.settled(track);
    }
  }

  void dropped(ConversationTrack track) {
    if (run != null) {
      run.dropped(track);
    }
  }

  private void start(long nowMillis) {
    if (run != null) {
      SyncRun old = run;
      tracks.all().forEach(old::leave);
    }
    long startedMicros = session.shared.wall().millis() * 1000;
    startedMillis = nowMillis;
    run = new SyncRun(session, opener, room, source(startedMicros), startedMicros);
    long every = session.limits().timing().resync().toMillis();
    nextMillis = nowMillis + every * 4 / 5 + session.shared.random().nextLong(every * 2 / 5 + 1);
    run.advance(nowMillis);
  }

  private SyncRun.Source source(long startedMicros) {
    long today = startedMicros / DAY_MICROS;
    long synced = syncedMicros / DAY_MICROS;
    if (syncedMicros <= 0 || today - synced > session.limits().sync().daysMax()) {
      return SyncRun.Source.MEMBERSHIPS;
    }
    return new SyncRun.Source((int) Math.max(1, Math.min(synced, today) - 1), (int) today + 1);
  }

  private void complete(long startedMicros, long nowMillis) {
    boolean isSameDay = startedMicros / DAY_MICROS == syncedMicros / DAY_MICROS;
    if (completing || (isSameDay && !isFirstRun)) {
      // A sync's date counts by its day; once a day is enough of a write.
      return;
    }
    RouterPort.Taken taken = session.ask(
        MailboxRequest.newBuilder().setCompleteSync(CompleteSync.newBuilder().setStartedMicros(startedMicros)),
        (response, now) -> {
          completing = false;
          if (!Refusals.isRefused(response)) {
            syncedMicros = Math.max(syncedMicros, startedMicros);
          }
        });
    // Where it cannot be stored, the next sync asks for the same days once more.
    completing = taken == RouterPort.Taken.TAKEN;
  }
}
