package chasqui.edge.session;

import chasqui.edge.v1.Ack;
import chasqui.edge.v1.Position;
import chasqui.mailbox.v1.Appended;
import chasqui.mailbox.v1.DeviceRegistered;
import chasqui.router.v1.Fanout;
import chasqui.trace.v1.TracedStream;

/// The parts of a session from `Hello` on, wired to each other, and what touches several of them.
final class LiveSession {

  private final SessionContext session;
  final AckWindow window;
  final CursorFlush cursors;
  final Syncs syncs;
  final SendDesk sends;
  final RangeRepair repair;
  final TokenWatch token;
  final TokenChecks checks;
  final TypingDesk typing;
  final PresenceDesk presence;
  final ReceiptDesk receipts;
  private final LastSeen lastSeen;
  private final ConversationTracks tracks;
  private final Payloads payloads;
  private final HeadFollower follower;
  private final Positions positions;
  private final RangeReads reads;
  private boolean begun;
  private long drainEndMillis = Long.MAX_VALUE;

  LiveSession(
      SessionContext session, long tokenExpiresSeconds, TokenChecks checks, PresenceDesk presence, long nowMillis) {
    this.session = session;
    SessionLimits limits = session.limits();
    SendBudget budget = new SendBudget(session, this::isKnown, nowMillis);
    receipts = new ReceiptDesk(session, budget, nowMillis);
    window = new AckWindow(limits.delivery().unackedEntriesMax());
    tracks = new ConversationTracks(limits.delivery());
    payloads = new Payloads(limits.delivery(), session.metrics());
    syncs = new Syncs(session, tracks, receipts::hasRoom, checks::recheck);
    follower = new HeadFollower(session, tracks, window, payloads, syncs::settled);
    cursors = new CursorFlush(session, follower);
    positions = new Positions(session, tracks, follower, payloads, cursors, new Positions.Told(syncs, receipts));
    reads = new RangeReads(session, follower, window, positions);
    sends = new SendDesk(session, budget, this::accepted);
    repair = new RangeRepair(session, budget);
    typing = new TypingDesk(session, nowMillis);
    lastSeen = new LastSeen(session, nowMillis);
    this.checks = checks;
    this.presence = presence;
    token = new TokenWatch(limits.timing().authWarning().toMillis(), tokenExpiresSeconds);
  }

  /// What this stream knows of an entry.
  TracedStream.Builder traced(String conversationId, long seq) {
    return StreamTraces.of(session.caller(), tracks.get(conversationId), seq, window, session.out.isReady());
  }

  /// Whether the user is known to be in a conversation, without asking.
  private boolean isKnown(String conversationId) {
    ConversationTrack track = tracks.get(conversationId);
    return track != null && !track.opening;
  }

  /// The session stands: catches up.
  void begin(DeviceRegistered device, long nowMillis) {
    begun = true;
    presence.begin();
    positions.firstSight().registered(device.getRegisteredMicros());
    syncs.begin(device, positions.opener(), nowMillis);
  }

  /// A second has passed.
  void tick(long silentMillis, long nowMillis) {
    cursors.tick(nowMillis);
    lastSeen.tick(silentMillis, nowMillis);
  }

  /// The stream ends: stores what is only known here.
  void end(long silentMillis, long nowMillis) {
    presence.end(silentMillis);
    cursors.flush(nowMillis);
    if (begun) {
      lastSeen.save(silentMillis);
    }
  }

  /// Takes in what has its effect at the next pump.
  void handed(SessionEvent.Handed handed, long nowMillis) {
    switch (handed) {
      case SessionEvent.Pushed pushed -> pushed(pushed.push(), nowMillis);
      case SessionEvent.VisibilityChanged changed -> presence.visibilityChanged(changed.userId());
      case SessionEvent.Told told -> {
        switch (told.frame().getFrameCase()) {
          case PRESENCE -> presence.told(told, nowMillis);
          case RECEIPT -> receipts.told(told, nowMillis);
          default -> typing.told(told, nowMillis);
        }
      }
    }
  }

  /// A head was told, perhaps with its entry.
  private void pushed(Push push, long nowMillis) {
    Fanout fanout = push.fanout();
    ConversationTrack track = track(fanout.getConversationId(), fanout.getGeneration(), nowMillis);
    if (track != null) {
      follower.head(track, fanout.getHead());
      payloads.offer(track, push);
      follower.settle(track);
    }
  }

  /// Takes acks in; gives one whose generation is not its conversation's, or null.
  Position acked(Ack ack, long nowMillis) {
    Position refused = null;
    for (Position position : ack.getPositionsList()) {
      if (!acked(position, nowMillis)) {
        refused = position;
      }
    }
    return refused;
  }

  /// False where its generation is not the conversation's.
  private boolean acked(Position position, long nowMillis) {
    ConversationTrack track = tracks.get(position.getConversationId());
    if (track == null || track.opening) {
      cursors.untracked(position, nowMillis);
      return true;
    }
    if (position.getGeneration() != track.generation) {
      return false;
    }
    track.begun = true;
    // Above the head that we know of, the owner decides; a position is unsigned on the wire.
    long seq = position.getSeq() < 0 ? Long.MAX_VALUE : position.getSeq();
    long before = track.acked;
    follower.acked(track, Math.min(seq, track.head));
    if (track.acked > before) {
      session.out.trace().acked(session.caller(), track.conversationId, before, track.acked, nowMillis);
    }
    if (seq > track.asked) {
      track.asked = seq;
      cursors.dirty(track, nowMillis);
    }
    follower.settle(track);
    return true;
  }

  /// Does what became possible.
  void pump(long nowMillis) {
    follower.pump(nowMillis);
    reads.pump(nowMillis);
    repair.pump(nowMillis);
    receipts.pump(nowMillis);
    syncs.advance(nowMillis);
    positions.opener().flush(nowMillis);
    // Last: whatever is durable had its turn.
    typing.pump(nowMillis);
    presence.pump(nowMillis);
  }

  /// The stream will end then; false if that was said before.
  boolean drains(long endMillis) {
    if (drainEndMillis != Long.MAX_VALUE) {
      return false;
    }
    drainEndMillis = endMillis;
    return true;
  }

  boolean isOver(long nowMillis) {
    return nowMillis >= drainEndMillis;
  }

  /// An own send counts as delivered here where it took the place right after what was sent, and the device knows where
  /// that is; else the range covers it.
  private void accepted(Appended appended, long nowMillis) {
    ConversationTrack track = track(appended.getConversationId(), appended.getGeneration(), nowMillis);
    if (track == null) {
      return;
    }
    long seq = appended.getSeq();
    if (track.begun && seq == track.sent + 1) {
      follower.sentByOwnSend(track, seq);
      session.out.trace().written(session.caller(), track.conversationId, seq - 1, seq, nowMillis);
    }
    follower.head(track, seq);
    follower.settle(track);
  }

  /// The track of a conversation in that generation; null for an older one, and where there are too many tracks.
  private ConversationTrack track(String conversationId, long generation, long nowMillis) {
    ConversationTrack track = tracks.get(conversationId);
    if (track == null) {
      track = positions.open(conversationId, nowMillis);
      if (track != null) {
        track.generation = generation;
      }
      return track;
    }
    if (generation < track.generation) {
      return null;
    }
    if (generation > track.generation) {
      positions.reopen(track, generation);
    }
    return track;
  }
}
